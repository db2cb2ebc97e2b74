import { expect, it } from 'vitest';
import { utf8Length } from './stream-output.ts';

it.each([
  '',
  'abc',
  'é',
  '漢'.repeat(50_000),
  '😀'.repeat(40_000),
  // A pair across the end of what is encoded at a time.
  `a${'😀'.repeat(40_000)}`,
  'lone \ud800',
  '\udc00 lone',
  '\ud800\ud800',
])('counts the bytes that a text has in a file (text %#)', (text) => {
  expect(utf8Length(text)).toBe(Buffer.byteLength(text));
});
