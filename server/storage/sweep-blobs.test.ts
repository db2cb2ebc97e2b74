import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fault, isFault } from '#lib/core/fault.ts';
import { BlobStore } from './blob-store.ts';
import { BlobSweep, namesInFolders } from './sweep-blobs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'farfield-sweep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const blobFolder = () => path.join(folder, 'blobs');
function putOld(text: string): string {
  const hash = new BlobStore(blobFolder()).putNow(Buffer.from(text));
  if (isFault(hash)) throw new Error(hash.message);
  utimesSync(path.join(blobFolder(), hash.slice(0, 2), hash.slice(2)), 1000, 1000);
  return hash;
}
const notebook = (id: string, files: Record<string, string>) => {
  mkdirSync(path.join(folder, 'notebooks', id), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, 'notebooks', id, name), text);
};

it('keeps what journals name, what is kept for files with what that names, and what others say', async () => {
  const [journaled, chunk, told, nobody, elsewhere] = ['a', 'b', 'c', 'd', 'e'].map(putOld) as [string, ...string[]];
  const whole = putOld(JSON.stringify({ outputs: [{ stored: { chunks: [{ hash: chunk }] } }] }));
  // Across the pieces in which a long journal is read.
  notebook('n1', { journal: `${'x'.repeat(1024 * 1024 - 20)}"${journaled}"`, 'stored-outputs': `${whole}\n` });
  notebook('n2', { 'other.json': elsewhere ?? '' });
  const blobs = new BlobStore(blobFolder());
  const live = () =>
    namesInFolders(path.join(folder, 'notebooks'), { plain: ['journal'], nested: ['stored-outputs'] }, blobs);
  const sweep = new BlobSweep(blobs, [live, () => [told ?? '']], () => undefined);
  expect(await sweep.sweep()).toEqual({ removed: 2, bytes: 2 });
  expect([journaled, chunk, whole, told, nobody, elsewhere].map((hash) => blobs.has(hash ?? ''))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

it('removes nothing when a list of what a file needs cannot be read', async () => {
  const chunk = putOld('b');
  const whole = putOld(JSON.stringify({ outputs: [{ stored: { chunks: [{ hash: chunk }] } }] }));
  const gone = 'c'.repeat(64);
  notebook('n1', { 'stored-outputs': `${gone}\n${whole}\n` });
  const blobs = new BlobStore(blobFolder());
  const files = { plain: [], nested: ['stored-outputs'] };
  const read = vi.spyOn(blobs, 'read');
  const live = () => namesInFolders(path.join(folder, 'notebooks'), files, blobs);
  const sweep = new BlobSweep(blobs, [live], () => undefined);
  read.mockImplementation(async (hash) => fault(hash === gone ? 'blob.notFound' : 'file.io', 'too many open files'));
  await expect(sweep.sweep()).rejects.toThrow('too many open files');
  expect(blobs.has(chunk)).toBe(true);
  read.mockRestore();
  expect(await sweep.sweep()).toEqual({ removed: 0, bytes: 0 });
});

it('removes nothing when somebody cannot say what they need', async () => {
  const hash = putOld('a');
  const blobs = new BlobStore(blobFolder());
  const sweep = new BlobSweep(blobs, [() => Promise.reject(new Error('the database is locked'))], () => undefined);
  await expect(sweep.sweep()).rejects.toThrow('locked');
  expect(blobs.has(hash)).toBe(true);
});
