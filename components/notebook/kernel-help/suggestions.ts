/** One way in which the code may go on. `type`: the kernel's word for what it is. */
export type Match = { readonly text: string; readonly type?: string | undefined };

/** What a list of suggestions needs to know of one; `filter` is what typed letters are compared with. */
export type Suggestion = Match & { readonly filter: string; readonly order: string };

/** Rows of the list in the kernel's own order. `begun`: what stands between the start of the replaced text and the caret. */
export function suggestionsOf(matches: readonly Match[], begun: string): readonly Suggestion[] {
  const wanted = begun.toLowerCase();
  return matches.map((match, at) => ({
    ...match,
    // Some kernels replace what was typed by something else (`\alpha` by `α`): that must not be filtered out.
    filter: match.text.toLowerCase().startsWith(wanted) ? match.text : begun + match.text,
    order: String(at).padStart(6, '0'),
  }));
}

/** Letters that all matches go on with behind `begun`; '' when they part at once or begin otherwise. */
export function sharedRest(matches: readonly Match[], begun: string): string {
  const [first, ...others] = matches.map(({ text }) => text);
  if (first === undefined || !first.startsWith(begun)) return '';
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && first.charCodeAt(same) === other.charCodeAt(same)) same += 1;
    length = same;
  }
  const rest = first.slice(begun.length, Math.max(length, begun.length));
  // Names only: brackets and quotes would be closed by the editor, and half of a pair is no character.
  return /^[\p{L}\p{N}_.]*/u.exec(rest)?.[0] ?? '';
}
