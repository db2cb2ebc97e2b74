import { findMatches, type TextMatch } from '#lib/core/notebook/find-text.ts';

export type SearchTask = {
  readonly texts: readonly string[];
  readonly source: string;
  readonly flags: string;
  readonly limit: number;
};

/** Places of texts with matches. */
export type SearchAnswer = readonly (readonly [number, readonly TextMatch[]])[];

/** Runs an expression that somebody wrote, apart from the page: it can be ended whatever it does. */
function answer({ texts, source, flags, limit }: SearchTask): SearchAnswer {
  const pattern = new RegExp(source, flags);
  const found: [number, readonly TextMatch[]][] = [];
  let left = limit;
  for (const [at, text] of texts.entries()) {
    if (left <= 0) break;
    const matches = findMatches(text, pattern, left);
    if (matches.length > 0) found.push([at, matches]);
    left -= matches.length;
  }
  return found;
}

addEventListener('message', ({ data }: MessageEvent<SearchTask>) => postMessage(answer(data)));
