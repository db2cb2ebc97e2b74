import { expect, it } from 'vitest';
import { contentHash, contentHashInTurns } from './content-hash.ts';

const megabyte = 1024 * 1024;

it.each([0, 3, 4 * megabyte, 9 * megabyte + 1])('the hash of %d bytes is the same in turns', async (length) => {
  const bytes = Buffer.alloc(length, 'bytes');
  expect(await contentHashInTurns(bytes)).toBe(contentHash(bytes));
});

it('other work has its turn while many bytes are hashed', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  await contentHashInTurns(Buffer.alloc(32 * megabyte));
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(7);
});
