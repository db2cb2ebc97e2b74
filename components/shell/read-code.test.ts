import { expect, test } from 'vitest';
import { readCode } from './read-code.ts';

test.each([
  ['#code=abc_DEF-123', 'abc_DEF-123'],
  ['http://127.0.0.1:4747/login#code=abc_DEF-123', 'abc_DEF-123'],
  ['  abc_DEF-123 ', 'abc_DEF-123'],
  ['#other=1&code=x', 'x'],
  ['#', null],
  ['', null],
  ['#decode=abc_DEF-123', null],
  ['hello there', null],
])('%s', (text, code) => expect(readCode(text)).toBe(code));
