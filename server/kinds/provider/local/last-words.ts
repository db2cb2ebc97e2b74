const most = 300;

/** What the end of a log says, as the end of a sentence: of a traceback the error, and not where it was. */
export function lastWords(tail: string): string {
  const line = tail.split('\n').findLast((one) => /^\S/.test(one) && !/^(?:at |\.\.\. )/.test(one)) ?? '';
  return line === '' ? '' : ` It wrote: ${line.length > most ? `${line.slice(0, most)}…` : line}`;
}
