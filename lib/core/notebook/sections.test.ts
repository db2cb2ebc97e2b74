import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { findSections, findShown, type SectionCell } from './sections.ts';

/** `a b1 c2- d`: a plain cell, headings of levels 1 and 2 (the latter collapsed), a plain cell. */
const cellsOf = (text: string): readonly SectionCell[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word) => ({
      id: cellId(word.charAt(0)),
      level: /\d/.test(word) ? Number(word.charAt(1)) : null,
      collapsed: word.endsWith('-'),
    }));

const cases: readonly (readonly [cells: string, sections: string, shown: string])[] = [
  ['', '', ''],
  ['a b c', '', 'a b c'],
  ['a b1 c d', 'b:1-4', 'a b c d'],
  ['a b1- c d', 'b:1-4', 'a b'],
  ['b1- c d1 e', 'b:0-2 d:2-4', 'b d e'],
  ['b1 c2- d e2 f', 'b:0-5 c:1-3<b e:3-5<b', 'b c e f'],
  ['b1- c2- d e2 f', 'b:0-5 c:1-3<b e:3-5<b', 'b'],
  ['b2 c1 d3 e2', 'b:0-1 c:1-4 d:2-3<c e:3-4<c', 'b c d e'],
  ['b3- c d2 e', 'b:0-2 d:2-4', 'b d e'],
  ['b1 c-', 'b:0-2', 'b c'],
];

describe('sections', () => {
  test.each(cases)('%s', (text, expected, shown) => {
    const cells = cellsOf(text);
    const ids = cells.map(({ id }) => id);
    const sections = findSections(cells);
    const named = sections.map(({ id, start, end, parent }) => {
      const around = parent === null ? '' : `<${sections[parent]?.id}`;
      return `${id}:${start}-${end}${around}`;
    });
    expect(named.join(' ')).toBe(expected);
    expect(findShown(ids, sections).join(' ')).toBe(shown);
  });

  test('nothing collapsed: the very list of ids', () => {
    const ids = [cellId('a'), cellId('b')];
    expect(findShown(ids, [])).toBe(ids);
  });

  test('a cell is shown exactly when no collapsed section holds it below its heading', () => {
    const cell = fc.record({ level: fc.option(fc.integer({ min: 1, max: 6 })), collapsed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 40 }), (drawn) => {
        const cells = drawn.map((one, index) => ({ ...one, id: cellId(`c${index}`) }));
        const ids = cells.map(({ id }) => id);
        const shown = new Set(findShown(ids, findSections(cells)));
        cells.forEach((_, at) => {
          // Read from the definition: walk up, meeting ever higher headings.
          let lowest = cells[at]?.level ?? 7;
          let hidden = false;
          for (let above = at - 1; above >= 0; above -= 1) {
            const { level, collapsed } = cells[above] ?? { level: null, collapsed: false };
            if (level === null || level >= lowest) continue;
            lowest = level;
            hidden ||= collapsed;
          }
          expect(shown.has(cellId(`c${at}`))).toBe(!hidden);
        });
      }),
    );
  });
});
