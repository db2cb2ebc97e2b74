import type { Output } from '#lib/core/notebook/output.ts';
import { cutBefore } from '#lib/core/render/stream-text.ts';
import { hasStoredValues } from '#lib/core/session/stored-values.ts';
import { weighJson } from '#lib/core/session/weigh-json.ts';

/** What a line costs in a list of lines beside its own characters: indent, quotes, comma, the escape of its end. */
const perLine = 10;

/** Bytes of an output in a file, about: stored text is counted without the escapes that it may need, values with them. */
export function measureOutput(output: Output): number {
  if (hasStoredValues(output)) {
    const { stored: values, ...rest } = output;
    return Object.values(values).reduce((sum, { bytes }) => sum + bytes, weighJson(rest).characters);
  }
  if (output.output_type !== 'stream') return weighJson(output).characters;
  const { text, stored } = output;
  if (stored === undefined) return measureText(text);
  return measureText(stored.head) + stored.bytes + perLine * stored.lines + measureText(text);
}

function measureText(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) bytes += costOf(text.charCodeAt(at));
  return bytes;
}

/** A piece of a text; null when it cannot be read. */
type Piece = string | (() => string | null);

/** The beginning of a text in pieces that fits into so many bytes of a file: whole lines, where there are some. */
export function frontOf(pieces: readonly Piece[], room: number): string {
  let front = '';
  for (const piece of pieces) {
    const text = typeof piece === 'string' ? piece : piece();
    if (text === null) break;
    for (let at = 0; at < text.length; at += 1) {
      room -= costOf(text.charCodeAt(at));
      if (room >= 0) continue;
      const whole = front + text.slice(0, cutBefore(text, at));
      const end = whole.lastIndexOf('\n') + 1;
      return end > whole.length / 2 ? whole.slice(0, end) : whole;
    }
    front += text;
  }
  return front;
}

/** The end of it. */
export function backOf(pieces: readonly Piece[], room: number): string {
  let back = '';
  for (const piece of pieces.toReversed()) {
    const text = typeof piece === 'string' ? piece : piece();
    if (text === null) break;
    for (let at = text.length - 1; at >= 0; at -= 1) {
      room -= costOf(text.charCodeAt(at));
      if (room >= 0) continue;
      const whole = text.slice(cutBefore(text, at + 1)) + back;
      const end = whole.indexOf('\n') + 1;
      return end < whole.length / 2 ? whole.slice(end) : whole;
    }
    back = text + back;
  }
  return back;
}

function costOf(code: number): number {
  if (code === 10) return perLine;
  if (code < 32) return 6;
  if (code === 34 || code === 92) return 2;
  return code < 128 ? 1 : code < 2048 ? 2 : 3;
}
