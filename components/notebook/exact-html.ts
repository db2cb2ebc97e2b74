/** A tab of the still text is as wide as the editor's. */
export const tabSize = 4;

const entity = /&(?:lt|gt|amp|#\d+|#x[\da-f]+);/iy;
const tag = /<[^>]*>/y;

/**
 * The editor's coloured HTML with the very text of the source in it. The editor draws blanks as no-break spaces, tabs as
 * several of them and ends each line with `<br/>`: whoever copies or reads the page would get another program. Null when
 * the two do not go together; the text stays plain then.
 */
export function exactHtml(html: string, source: string): string | null {
  let result = '';
  let at = 0;
  let index = 0;
  let column = 0;
  /** Blanks of a tab that are still to be dropped. */
  let ofTab = 0;
  const take = (expected: string, written: string): boolean => {
    if (ofTab > 0 && isBlank(expected)) {
      ofTab -= 1;
      return true;
    }
    const char = source[at];
    if (char === undefined) return false;
    if (char === '\t' && isBlank(expected)) {
      ofTab = tabSize - (column % tabSize) - 1;
      column += ofTab + 1;
      result += '\t';
    } else if (char === expected || (isBlank(char) && isBlank(expected))) {
      column = char === '\n' ? 0 : column + 1;
      result += isBlank(char) ? char : written;
    } else return false;
    at += 1;
    return true;
  };
  while (index < html.length) {
    const markup = match(tag, html, index);
    if (markup !== null) {
      index += markup.length;
      if (!/^<br/i.test(markup)) result += markup;
      // The last line of a source has no end.
      else if (!(at === source.length && index === html.length) && !take('\n', '\n')) return null;
      continue;
    }
    const written = match(entity, html, index) ?? html[index] ?? '';
    if (!take(characterOf(written), written)) return null;
    index += written.length;
  }
  return at === source.length ? result : null;
}

function match(pattern: RegExp, text: string, index: number): string | null {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? null;
}

const isBlank = (char: string) => char === ' ' || char === '\u00a0';

function characterOf(written: string): string {
  switch (written.toLowerCase()) {
    case '&lt;':
      return '<';
    case '&gt;':
      return '>';
    case '&amp;':
      return '&';
  }
  const number = /^&#(?:x([\da-f]+)|(\d+));$/i.exec(written);
  if (number === null) return written;
  return String.fromCodePoint(number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16));
}
