/**
 * Whether a name has every word of a query, in any order and case; a query with a slash looks at the whole path. The
 * server's search and the filter of the tree agree by using it both. A query without words matches nothing.
 */
export function nameMatcher(query: string): (name: string, path: string) => boolean {
  const words = folded(query)
    .split(/\s+/)
    .filter((word) => word !== '');
  const inPath = query.includes('/');
  return (name, path) => {
    const text = folded(inPath ? path : name);
    return words.length > 0 && words.every((word) => text.includes(word));
  };
}

/** Accents may be written as one character or as two: both sides are brought to one form. */
const folded = (text: string) => text.normalize('NFC').toLowerCase();
