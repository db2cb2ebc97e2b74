import { expect, test } from 'vitest';
import { sayBytes } from './say-bytes.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_440_000, '1.4 MB'],
  [99_600, '100 kB'],
  [999_600, '1.0 MB'],
  [64 * 1024 ** 3, '68.7 GB'],
  [5e15, '5000 TB'],
])('%i: %s', (bytes, said) => expect(sayBytes(bytes)).toBe(said));
