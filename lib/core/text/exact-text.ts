/**
 * Text as an editor wants it (lines ended by LF) and back to the very bytes it came from: what a person did not touch
 * keeps its byte order mark, its line endings and the presence or absence of the last one.
 */
export type ExactText = {
  /** Lines ended by LF, no byte order mark. */
  readonly text: string;
  /** What `renderExact` needs to know of the original. */
  readonly origin: TextOrigin;
};

export type TextOrigin = {
  readonly mark: boolean;
  readonly lines: readonly string[];
  /** The ending after each line but the last. */
  readonly endings: readonly LineEnding[];
  /** The most frequent one: of new lines. */
  readonly usual: LineEnding;
};

export type LineEnding = '\n' | '\r\n' | '\r';

const byteOrderMark = '\uFEFF';

export function readExact(source: string): ExactText {
  const mark = source.startsWith(byteOrderMark);
  const body = mark ? source.slice(1) : source;
  const lines: string[] = [];
  const endings: LineEnding[] = [];
  let from = 0;
  for (const found of body.matchAll(/\r\n|\r|\n/g)) {
    lines.push(body.slice(from, found.index));
    endings.push(found[0] as LineEnding);
    from = found.index + found[0].length;
  }
  lines.push(body.slice(from));
  return { text: lines.join('\n'), origin: { mark, lines, endings, usual: usualOf(endings) } };
}

/** The edited text with the endings of its origin; lines between the first and the last change get the usual one. */
export function renderExact(text: string, { mark, lines, endings, usual }: TextOrigin): string {
  const edited = text.split(/\r\n|\r|\n/);
  const shorter = Math.min(edited.length, lines.length);
  let before = 0;
  while (before < shorter && edited[before] === lines[before]) before += 1;
  let after = 0;
  while (after < shorter - before && edited[edited.length - 1 - after] === lines[lines.length - 1 - after]) after += 1;
  const moved = lines.length - edited.length;
  const parts: string[] = mark ? [byteOrderMark] : [];
  for (const [index, line] of edited.entries()) {
    parts.push(line);
    if (index === edited.length - 1) break;
    const kept = index < before ? endings[index] : index >= edited.length - after ? endings[index + moved] : undefined;
    parts.push(kept ?? usual);
  }
  return parts.join('');
}

/** How the endings of a file read in a status line. */
export function endingWords({ endings }: TextOrigin): string {
  const kinds = new Set(endings);
  if (kinds.size > 1) return 'mixed line endings';
  return kinds.has('\r\n') ? 'CRLF' : kinds.has('\r') ? 'CR' : 'LF';
}

function usualOf(endings: readonly LineEnding[]): LineEnding {
  const count = (kind: LineEnding) => endings.filter((ending) => ending === kind).length;
  const kinds: readonly LineEnding[] = ['\n', '\r\n', '\r'];
  return kinds.reduce((best, kind) => (count(kind) > count(best) ? kind : best));
}
