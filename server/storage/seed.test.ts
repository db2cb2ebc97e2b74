import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedWorkspace } from './seed.ts';

const examples = join(import.meta.dirname, '../../examples');
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'farfield-seed-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('copies the examples into a workspace that does not exist', async () => {
  expect(await seedWorkspace(join(root, 'deep', 'workspace'), examples)).toBe(true);
  expect(readdirSync(join(root, 'deep', 'workspace'))).toEqual(readdirSync(examples));
  expect(readdirSync(join(root, 'deep'))).toEqual(['workspace']);
});

test('leaves a folder that exists as it is', async () => {
  mkdirSync(join(root, 'workspace'));
  expect(await seedWorkspace(join(root, 'workspace'), examples)).toBe(false);
  expect(readdirSync(join(root, 'workspace'))).toEqual([]);
});

test('of two at once one makes it and nothing is left over', async () => {
  const both = await Promise.all([1, 2].map(() => seedWorkspace(join(root, 'workspace'), examples)));
  expect(both.filter((made) => made === true).length).toBe(1);
  expect(readdirSync(root)).toEqual(['workspace']);
});

test('says so when it cannot', async () => {
  expect(await seedWorkspace(join(root, 'workspace'), join(root, 'nowhere'))).toMatchObject({ fault: 'file.notFound' });
  expect(readdirSync(root)).toEqual([]);
});
