import { expect, it } from 'vitest';
import { cleanPaste } from './clean-paste.ts';

it.each([
  ['ls -l\n\techo "grüße 😀"\r\n', 'ls -l\n\techo "grüße 😀"\r\n'],
  ['echo safe\u001B[201~\nrm -rf ~\n', 'echo safe[201~\nrm -rf ~\n'],
  ['a\u009B201~b\u0003c\u007Fd\u0000e', 'a201~bcde'],
])('%j becomes %j', (text, clean) => expect(cleanPaste(text)).toBe(clean));
