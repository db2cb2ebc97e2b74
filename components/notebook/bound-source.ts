import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';

/** What is shown of a text while nobody edits it. */
export type BoundSource = {
  readonly text: string;
  /** What is not shown, in one sentence; null when all of it is. */
  readonly cut: string | null;
};

/** Limits of still text: what is beyond them is reached by editing the cell. UTF-16 units */
const longestLine = 5_000;
const mostLines = 2_000;
const mostUnits = 200_000;

/** A cell's text as it may be laid out without stopping the page, with the characters that nobody would see. */
export function boundSource(source: string): BoundSource {
  const head = source.length > mostUnits ? source.slice(0, mostUnits).replace(/[\ud800-\udbff]$/, '') : source;
  const lines = head.split('\n', mostLines + 1);
  const cutHere = head.length < source.length || lines.length > mostLines;
  let tooLong = false;
  const shown = lines.slice(0, mostLines).map((line) => {
    if (line.length <= longestLine) return line;
    tooLong = true;
    const left = line.length - longestLine;
    return `${line.slice(0, longestLine)} … ${left.toLocaleString('en')} more characters`;
  });
  const whole = !cutHere && !tooLong;
  return {
    text: showHiddenCharacters(whole ? source : shown.join('\n')),
    cut: whole
      ? null
      : `Only the beginning is shown of ${source.length.toLocaleString('en')} characters. Press Enter to edit all of it.`,
  };
}
