import { expect, it } from 'vitest';
import { outputSchema } from './output.ts';

const value = { hash: 'a'.repeat(64), bytes: 12, characters: 10, at: 0, width: 3.5, height: null };
const output = (stored: object) => ({
  output_type: 'display_data',
  data: {},
  metadata: {},
  stored: { 'image/png': stored },
});

it('takes what is said of a stored value', () => {
  expect(outputSchema.parse(output(value))).toEqual(output(value));
});

it.each([
  { hash: '../../etc/passwd' },
  { hash: 'A'.repeat(64) },
  { bytes: -1 },
  { characters: -20 },
  { at: -1 },
  { at: 0.5 },
  { width: -3 },
])('refuses %j', (wrong) => {
  expect(outputSchema.safeParse(output({ ...value, ...wrong })).success).toBe(false);
});
