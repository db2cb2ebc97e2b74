export type TextLimits = { readonly head: number; readonly tail: number; readonly chars: number };
export type CutText = { readonly text: string; readonly cut: boolean };

/** Head and tail of a text of too many lines, then of too many characters, with a count of what is left out between. */
export function cutLines(text: string, limits: TextLimits): CutText {
  const headEnd = nthLineEnd(text, limits.head);
  const tailStart = nthLineStartFromEnd(text, limits.tail);
  if (tailStart <= headEnd) return cutText(text, limits);
  const between = text.slice(headEnd, tailStart);
  let lines = 0;
  for (let at = between.indexOf('\n'); at !== -1; at = between.indexOf('\n', at + 1)) lines += 1;
  const half = { ...limits, chars: limits.chars / 2 };
  const head = cutText(text.slice(0, headEnd), half).text;
  const tail = cutText(text.slice(tailStart), half).text;
  return { text: `${head}\u2026 ${lines.toLocaleString('en')} lines left out \u2026\n${tail}`, cut: true };
}

/** Head (a fifth) and tail of a text longer than `chars` UTF-16 units; never between the halves of a code point. */
export function cutText(text: string, limits: { readonly chars: number }): CutText {
  if (text.length <= limits.chars) return { text, cut: false };
  const head = text.slice(0, Math.floor(limits.chars / 5)).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(text.length - Math.floor((limits.chars * 4) / 5)).replace(/^[\udc00-\udfff]/, '');
  const left = text.length - head.length - tail.length;
  return { text: `${head}\n\u2026 ${left.toLocaleString('en')} characters left out \u2026\n${tail}`, cut: true };
}

function nthLineEnd(text: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    const next = text.indexOf('\n', at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return at;
}

function nthLineStartFromEnd(text: string, count: number): number {
  let at = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let line = 0; line < count; line += 1) {
    if (at <= 0) return 0;
    at = text.lastIndexOf('\n', at - 1);
    if (at === -1) return 0;
  }
  return at + 1;
}
