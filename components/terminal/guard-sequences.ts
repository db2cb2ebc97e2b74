/** The part of xterm's parser that is used here. */
export type SequenceParser = {
  registerOscHandler(code: number, handler: (text: string) => boolean): unknown;
  registerCsiHandler(id: SequenceId, handler: () => boolean): unknown;
  registerDcsHandler(id: SequenceId, handler: () => boolean): unknown;
};

type SequenceId = { readonly prefix?: string; readonly intermediates?: string; readonly final: string };

/** Title and icon of a window, the clipboard, notices of a desktop, files and images of one make of terminal. */
const refused = [0, 1, 2, 7, 9, 50, 51, 52, 99, 633, 777, 1337];
/** Colours, which a program may set and ask for. */
const colours = [4, 10, 11, 12];
/** What a terminal is, where its cursor is, which modes are on, how large its window is. */
const questions: readonly SequenceId[] = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { prefix: '>', final: 'q' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
];

/**
 * Refuses the sequences that act beyond the screen, and answers questions of programs only while `answers` says so: an
 * answer is typed into the shell, so text that was seen before, or that several windows see, must not be answered again.
 */
export function guardSequences(parser: SequenceParser, answers: () => boolean): void {
  const taken = (): boolean => true;
  for (const code of refused) parser.registerOscHandler(code, taken);
  for (const code of colours) parser.registerOscHandler(code, (text) => text.includes('?') && !answers());
  for (const id of questions) parser.registerCsiHandler(id, () => !answers());
  // Sizes and moves of windows, and their titles as an answer.
  parser.registerCsiHandler({ final: 't' }, taken);
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => !answers());
}
