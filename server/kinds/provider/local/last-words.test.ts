import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

it.each([
  ['', ''],
  ['port 1 is taken', ' It wrote: port 1 is taken'],
  ['Traceback:\n  File "a.py", line 3\nValueError: no such version\n', ' It wrote: ValueError: no such version'],
  [
    'Exception in thread "main" java.net.BindException: taken\n\tat a.B.c(B.java:3)\n\t... 3 more',
    /^ It wrote: Exception .*BindException: taken$/,
  ],
  ['x'.repeat(1_000), /^ It wrote: x{300}…$/],
])('%j', (tail, words) => {
  if (typeof words === 'string') expect(lastWords(tail)).toBe(words);
  else expect(lastWords(tail)).toMatch(words);
});
