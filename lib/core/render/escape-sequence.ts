/** One terminal control sequence found at an ESC character. */
export type EscapeSequence = {
  /** `csi` carries `params` and `final`; `other` is dropped whole; `incomplete` ran into the end of the text. */
  readonly kind: 'csi' | 'other' | 'incomplete';
  /** Index after the last character of the sequence. */
  readonly end: number;
  readonly params: string;
  readonly final: string;
};

/**
 * Reads the sequence that begins with the ESC at `at`. Never reads past a control character: a newline inside an
 * unfinished OSC ends it, so that hostile text can hide one line at most. Linear, no backtracking.
 */
export function readEscape(text: string, at: number): EscapeSequence {
  const introducer = text[at + 1];
  if (introducer === undefined) return sequence('incomplete', text.length);
  if (introducer === '[') return readCsi(text, at + 2);
  if (']P^_X'.includes(introducer)) return readControlString(text, at + 2);
  let index = at + 1;
  while (index < text.length && isBetween(text.charCodeAt(index), 0x20, 0x2f)) index += 1;
  if (index >= text.length) return sequence('incomplete', text.length);
  return sequence('other', isBetween(text.charCodeAt(index), 0x30, 0x7e) ? index + 1 : index);
}

function readCsi(text: string, from: number): EscapeSequence {
  let index = from;
  while (index < text.length && isBetween(text.charCodeAt(index), 0x30, 0x3f)) index += 1;
  const params = text.slice(from, index);
  const plain = index;
  while (index < text.length && isBetween(text.charCodeAt(index), 0x20, 0x2f)) index += 1;
  if (index >= text.length) return sequence('incomplete', text.length);
  if (!isBetween(text.charCodeAt(index), 0x40, 0x7e)) return sequence('other', index);
  // Intermediates make another command of the same final letter.
  return index === plain
    ? { kind: 'csi', end: index + 1, params, final: text.charAt(index) }
    : sequence('other', index + 1);
}

/** OSC, DCS, SOS, PM, APC: up to BEL or ESC \; any other control character cancels them. */
function readControlString(text: string, from: number): EscapeSequence {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x07) return sequence('other', index + 1);
    if (code === 0x1b) {
      if (index + 1 >= text.length) return sequence('incomplete', text.length);
      return sequence('other', text[index + 1] === '\\' ? index + 2 : index);
    }
    if (code < 0x20) return sequence('other', index);
  }
  return sequence('incomplete', text.length);
}

function sequence(kind: 'other' | 'incomplete', end: number): EscapeSequence {
  return { kind, end, params: '', final: '' };
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}
