import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { applyEdits, editsOfChanges, editsOfDelta, endOfEdits, offsetAfter, smallestEdit } from './text-edits.ts';

describe('editsOfDelta', () => {
  it.each([
    ['insert at the start', [{ insert: 'ab' }], [{ offset: 0, length: 0, text: 'ab' }]],
    ['delete in the middle', [{ retain: 3 }, { delete: 2 }], [{ offset: 3, length: 2, text: '' }]],
    ['replace', [{ retain: 1 }, { insert: 'x' }, { delete: 2 }], [{ offset: 1, length: 2, text: 'x' }]],
    [
      'two places, both counted in the old text',
      [{ retain: 2 }, { insert: 'xyz' }, { retain: 4 }, { delete: 1 }],
      [
        { offset: 2, length: 0, text: 'xyz' },
        { offset: 6, length: 1, text: '' },
      ],
    ],
  ])('%s', (_, delta, edits) => {
    expect(editsOfDelta(delta)).toEqual(edits);
  });

  it('gives the text that Yjs has, for random transactions', () => {
    const step = fc.record({ at: fc.nat(30), remove: fc.nat(5), insert: fc.string({ maxLength: 6 }) });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(step, { minLength: 1, maxLength: 6 }), (start, steps) => {
        const doc = new Y.Doc();
        const text = doc.getText('t');
        text.insert(0, start);
        let mirrored = text.toString();
        text.observe((event) => {
          mirrored = applyEdits(mirrored, editsOfDelta(event.delta));
        });
        doc.transact(() => {
          for (const { at, remove, insert } of steps) {
            const offset = Math.min(at, text.length);
            text.delete(offset, Math.min(remove, text.length - offset));
            text.insert(offset, insert);
          }
        });
        expect(mirrored).toBe(text.toString());
      }),
    );
  });
});

describe('editsOfChanges', () => {
  it('orders changes from the end, so that offsets stay true', () => {
    const edits = editsOfChanges([
      { rangeOffset: 0, rangeLength: 1, text: 'A' },
      { rangeOffset: 4, rangeLength: 0, text: 'B' },
    ]);
    expect(edits.map(({ offset }) => offset)).toEqual([4, 0]);
  });

  it('writes one kind of line end', () => {
    expect(editsOfChanges([{ rangeOffset: 0, rangeLength: 0, text: 'a\r\nb\rc' }])[0]?.text).toBe('a\nb\nc');
  });
});

describe('smallestEdit', () => {
  it.each([
    ['same', 'same', null],
    ['', 'a', { offset: 0, length: 0, text: 'a' }],
    ['abc', 'axc', { offset: 1, length: 1, text: 'x' }],
    ['aaa', 'aa', { offset: 2, length: 1, text: '' }],
    ['one two', 'one three two', { offset: 5, length: 0, text: 'hree t' }],
  ])('%j → %j', (before, after, edit) => {
    expect(smallestEdit(before, after)).toEqual(edit);
  });

  it('never cuts a surrogate pair', () => {
    // Same high half, other low half.
    expect(smallestEdit('\u{1F600}', '\u{1F601}')).toEqual({ offset: 0, length: 2, text: '\u{1F601}' });
  });

  it('turns the one text into the other, for random texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        const edit = smallestEdit(before, after);
        expect(edit === null ? before : applyEdits(before, [edit])).toBe(after);
      }),
    );
  });
});

describe('offsetAfter', () => {
  it.each([
    ['an insert before moves it', [{ offset: 1, length: 0, text: 'xx' }], 4, 6],
    ['an insert exactly there does not', [{ offset: 4, length: 0, text: 'xx' }], 4, 4],
    ['a deletion before pulls it', [{ offset: 0, length: 3, text: '' }], 4, 1],
    ['a deletion around it puts it at its place', [{ offset: 2, length: 5, text: '' }], 4, 2],
    ['a replacement around it puts it at its end', [{ offset: 2, length: 5, text: 'abc' }], 4, 5],
    ['edits behind it do nothing', [{ offset: 5, length: 2, text: 'a' }], 4, 4],
  ])('%s', (_, edits, before, after) => {
    expect(offsetAfter(edits, before)).toBe(after);
  });

  it('finds the end of the last edit', () => {
    const edits = [
      { offset: 0, length: 1, text: 'abc' },
      { offset: 4, length: 2, text: 'Z' },
    ];
    expect(applyEdits('0123456789', edits).slice(0, endOfEdits(edits))).toBe('abc123Z');
  });
});
