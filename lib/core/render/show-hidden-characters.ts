/**
 * Characters that reorder their neighbours, draw nothing or end a line, as code points a person can read: `U+202E` in
 * the middle of a name stands as `‹U+202E›`. Joiners stay where scripts and emoji need them. Pure; the result is text,
 * still to be escaped where HTML is written.
 */
export function showHiddenCharacters(text: string): string {
  return hasHiddenCharacters(text) ? text.replace(hidden, nameOf) : text;
}

/** Whether a person would not see all of this text. */
export function hasHiddenCharacters(text: string): boolean {
  hidden.lastIndex = 0;
  for (let match = hidden.exec(text); match !== null; match = hidden.exec(text)) {
    if (!joins(match[0], match.index, text)) return true;
  }
  return false;
}

/** Such a character in a text: UTF-16 offsets, and how it is shown. */
export type HiddenCharacter = { readonly start: number; readonly end: number; readonly name: string };

/** The first `limit` of the characters of a text that a person would not see. */
export function listHiddenCharacters(text: string, limit: number): readonly HiddenCharacter[] {
  const found: HiddenCharacter[] = [];
  hidden.lastIndex = 0;
  for (let match = hidden.exec(text); match !== null && found.length < limit; match = hidden.exec(text)) {
    const [char] = match;
    if (joins(char, match.index, text)) continue;
    found.push({ start: match.index, end: match.index + char.length, name: nameOf(char, match.index, text) });
  }
  return found;
}

/**
 * Controls but tab and line feed, line and paragraph separators, soft hyphen, fillers that look like nothing,
 * bidirectional marks and embeddings, zero-width characters, tag characters and surrogates without a partner.
 */
const hidden =
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  /\u034f|[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/gu;

function nameOf(char: string, at: number, whole: string): string {
  if (joins(char, at, whole)) return char;
  return `‹U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** A zero-width joiner or non-joiner between letters of scripts, or parts of emoji, that are written with them. */
function joins(char: string, at: number, whole: string): boolean {
  if (char !== '\u200c' && char !== '\u200d') return false;
  return whole.charCodeAt(at - 1) >= 0x0590 && whole.charCodeAt(at + 1) >= 0x0590;
}
