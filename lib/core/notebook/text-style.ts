import { findMember, type JsonScanner, type Member, type Range } from './json-ranges.ts';
import type { CellLayout, TextStyle } from './layout.ts';

/** What nbformat itself writes. */
export const canonicalStyle: TextStyle = {
  indent: ' ',
  eol: '\n',
  colon: ': ',
  comma: ',',
  sorted: true,
  ascii: false,
  lists: true,
};

/** Reads the habits of a file off its first bytes and cells; where there is nothing to see, nbformat's own. */
export function detectStyle(
  scanner: Pick<JsonScanner, 'text' | 'hasNonAscii' | 'hasNonAsciiEscape'>,
  root: Range,
  members: readonly Member[],
  cells: readonly CellLayout[],
): TextStyle {
  const { text } = scanner;
  const first = members[0];
  if (!first) return canonicalStyle;
  const lead = text.slice(root.start + 1, first.keyStart);
  const newline = lead.lastIndexOf('\n');
  const indent = newline < 0 ? null : lead.slice(newline + 1) || ' ';
  const colon = text.slice(first.keyEnd, first.value.start);
  const second = members[1];
  const comma = indent === null && second ? text.slice(first.value.end, second.keyStart) : ',';
  return {
    indent,
    eol: lead.includes('\r\n') ? '\r\n' : '\n',
    colon: /^ ?: ?$/.test(colon) ? colon : ': ',
    comma: /^, ?$/.test(comma) ? comma : ', ',
    sorted: isSorted(members) && cells.slice(0, 20).every((cell) => isSorted(cell.members)),
    ascii: scanner.hasNonAsciiEscape && !scanner.hasNonAscii,
    lists: prefersLists(text, cells),
  };
}

export function isSorted(members: readonly Member[]): boolean {
  return members.every((member, index) => index === 0 || (members[index - 1]?.key ?? '') <= member.key);
}

function prefersLists(text: string, cells: readonly CellLayout[]): boolean {
  let lists = 0;
  let strings = 0;
  for (const cell of cells) {
    const source = findMember(cell.members, 'source');
    if (!source) continue;
    if (text.startsWith('[', source.value.start)) lists++;
    else if (text.startsWith('"', source.value.start) && source.value.end > source.value.start + 2) strings++;
  }
  return lists >= strings;
}
