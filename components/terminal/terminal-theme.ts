/** As xterm and our tokens name the sixteen colours, in their order. */
export const ansiNames = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

export type TerminalTheme = {
  readonly background: string;
  readonly ink: string;
  readonly cursor: string;
  readonly selection: string;
  readonly ansi: readonly string[];
};

/** The colours of a terminal from the tokens of the present theme, the same as those of outputs. */
export function readTheme(token: (name: string) => string): TerminalTheme {
  return {
    background: token('--surface-0'),
    ink: token('--ink-1'),
    cursor: token('--accent'),
    selection: token('--surface-3'),
    ansi: ansiNames.map((name) => token(`--ansi-${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`)),
  };
}
