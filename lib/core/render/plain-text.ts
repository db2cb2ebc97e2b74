import { escapeHtml } from './escape-html.ts';

/**
 * Plain text as safe HTML: escaped, http(s) addresses as links, characters that reorder or hide text made visible.
 * One pass, no backtracking. A URL longer than `maxUrl` stays text.
 */
const maxUrl = 2_048;
const urlStart = /https?:\/\//gi;
/** Bidirectional controls, zero-width characters, soft hyphen, tag characters' cousins that draw nothing. */
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;
// Terminals draw none of these; an HTML parser would replace or drop some of them.
// eslint-disable-next-line no-control-regex
const controls = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

export function renderPlainText(text: string): string {
  let html = '';
  let from = 0;
  urlStart.lastIndex = 0;
  for (let match = urlStart.exec(text); match !== null; match = urlStart.exec(text)) {
    const end = urlEnd(text, urlStart.lastIndex);
    const start = match.index;
    if (end > urlStart.lastIndex && end - start <= maxUrl) {
      const url = text.slice(start, end);
      html += renderSegment(text.slice(from, start)) + renderLink(url);
      from = end;
    }
    urlStart.lastIndex = Math.max(end, urlStart.lastIndex);
  }
  return html + renderSegment(text.slice(from));
}

function renderLink(url: string): string {
  const escaped = escapeHtml(url);
  return `<a href="${escaped}" target="_blank" rel="noopener noreferrer">${escaped}</a>`;
}

function renderSegment(text: string): string {
  return escapeHtml(text.replace(controls, '')).replace(invisible, showInvisible);
}

/**
 * The character stays in the text, so that copying is exact; `bdi` ends its effect on its neighbours and the style sheet
 * shows its code. Joiners between letters of scripts and emoji that need them stay as they are.
 */
function showInvisible(char: string, at: number, whole: string): string {
  const code = char.charCodeAt(0);
  const joins = code === 0x200c || code === 0x200d;
  if (joins && whole.charCodeAt(at - 1) >= 0x0590 && whole.charCodeAt(at + 1) >= 0x0590) return char;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return `<bdi class="invisible-character" data-code="${name}" title="${name}">${char}</bdi>`;
}

/** End of the address whose host begins at `from`: stops at blanks, quotes, brackets; sentence marks do not belong to it. */
function urlEnd(text: string, from: number): number {
  let end = from;
  let open = 0;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code <= 0x20 || (code >= 0x7f && code <= 0xa0) || (code >= 0x2000 && code <= 0x206f) || code === 0xfeff) break;
    const char = text.charAt(end);
    if ('"\'`<>\\^{|}'.includes(char) || code === 0xad || code === 0x61c) break;
    if (char === '(') open += 1;
    if (char === ')') {
      if (open === 0) break;
      open -= 1;
    }
  }
  while (end > from && '.,;:!?*_~'.includes(text.charAt(end - 1))) end -= 1;
  return end;
}
