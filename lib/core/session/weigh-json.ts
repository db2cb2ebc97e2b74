/**
 * How much a JSON value takes and how deep it is nested, without recursion: `characters` is about its length as JSON
 * (escapes aside), `depth` is 0 for a plain string or number.
 */
export function weighJson(value: unknown): { readonly characters: number; readonly depth: number } {
  let characters = 0;
  let deepest = 0;
  const waiting: { readonly at: unknown; readonly depth: number }[] = [{ at: value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, depth } = next;
    deepest = Math.max(deepest, depth);
    if (typeof at === 'string') characters += at.length + 2;
    else if (typeof at !== 'object' || at === null) characters += 6;
    else {
      const children: unknown[] = Array.isArray(at) ? at : Object.values(at);
      characters += 2;
      if (!Array.isArray(at)) for (const key of Object.keys(at)) characters += key.length + 3;
      for (const child of children) {
        // The long lists of charts hold numbers and words: those need no turn of their own.
        if (typeof child === 'string') characters += child.length + 3;
        else if (typeof child !== 'object' || child === null) characters += 6;
        else waiting.push({ at: child, depth: depth + 1 });
      }
    }
  }
  return { characters, depth: deepest };
}
