const longestName = 255;

/**
 * Names to try when one is taken: `x copy.ipynb`, `x copy 2.ipynb`, …; without a word `x 2.ipynb`, `x 3.ipynb`, …. A name
 * that would become longer than 255 bytes loses the end of its stem.
 */
export function* freeNames(name: string, word: string): Generator<string> {
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const base = word === '' ? stem : stem.replace(new RegExp(` ${word}(?: \\d+)?$`), '');
  for (let count = 1; count < 10_000; count++) {
    const mark = word === '' ? ` ${count + 1}` : ` ${word}${count === 1 ? '' : ` ${count}`}`;
    yield cutTo(base, longestName - Buffer.byteLength(mark + ending)) + mark + ending;
  }
}

function cutTo(text: string, bytes: number): string {
  let kept = '';
  let used = 0;
  for (const char of text) {
    used += Buffer.byteLength(char);
    if (used > bytes) break;
    kept += char;
  }
  return kept;
}
