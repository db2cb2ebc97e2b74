import { stripAnsi } from './ansi.ts';

export type ErrorText = { readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] };

/** The text of a traceback with its ANSI escapes; kernels without one get `ename: evalue`. */
export function tracebackText(error: ErrorText): string {
  const traceback = error.traceback.join('\n');
  if (stripAnsi(traceback).trim() !== '') return traceback;
  return (
    [error.ename, error.evalue].filter((part) => part !== '').join(': ') ||
    'The kernel reported an error without a message.'
  );
}
