import { expect, it } from 'vitest';
import { clusterTemplateSchema, environmentSchema, shippedTemplates } from './template.ts';

const gigabyte = 1e9;

it.each([
  [1, 4 * gigabyte],
  [2, 8 * gigabyte],
  [8, 16 * gigabyte],
  [64, 256 * gigabyte],
])('on %i cores and %i bytes what comes with the product leaves half of the memory free', (cores, memoryBytes) => {
  for (const template of shippedTemplates({ cores, memoryBytes })) {
    expect(clusterTemplateSchema.parse(template)).toEqual(template);
    const { workers, threads, memoryBytes: each } = template.size;
    expect(workers * each).toBeLessThanOrEqual(memoryBytes / 2);
    expect(workers * threads).toBeLessThanOrEqual(Math.max(2, cores));
  }
});

it.each<[string, Record<string, string>, boolean]>([
  ['usual ones', { A: '', _b1: 'x y' }, true],
  ['a name with a space', { 'A B': '1' }, false],
  ['a name that begins with a digit', { '1A': '1' }, false],
  ['a name with an equals sign', { 'A=B': '1' }, false],
  ['a value that ends early', { A: 'x\0y' }, false],
  ['too many', Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`A${at}`, ''])), false],
])('variables: %s', (_, variables, fits) => expect(environmentSchema.safeParse(variables).success).toBe(fits));
