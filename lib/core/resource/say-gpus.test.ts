import { expect, it } from 'vitest';
import { sayGpus } from './say-gpus.ts';

it('says of each processor what is told of it', () => {
  expect(sayGpus([])).toBe('none');
  expect(
    sayGpus([
      { name: 'H200', busy: 0.376, memory: { used: 1e9, total: 2e9 } },
      { name: 'A10', busy: null, memory: { used: 5e8, total: null } },
      { name: 'T4', busy: 0, memory: null },
    ]),
  ).toBe('H200 38 %, 1.0 GB of 2.0 GB; A10, 500 MB; T4 0 %');
});
