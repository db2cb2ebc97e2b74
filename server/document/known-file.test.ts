import { mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentHash } from '#server/storage/content-hash.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { KnownFile, markFile } from './known-file.ts';

let root: string;
let workspace: Workspace;
const path = () => join(root, 'a.ipynb');
const longAgo = new Date('2020-01-01');

/** Writes a file that was not touched for long: its times can be trusted. */
async function write(text: string): Promise<void> {
  await writeFile(path(), text);
  await utimes(path(), longAgo, longAgo);
}

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'farfield-known-')));
  workspace = new Workspace(root, join(root, 'trash'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('KnownFile with a mark from the first reading', () => {
  it('does not read a file again that is as it was', async () => {
    await write('one');
    const known = new KnownFile(workspace, contentHash('one'), await markFile(path()));
    const reads = vi.spyOn(workspace, 'readBytes');
    expect(await known.look('a.ipynb')).toEqual({ kind: 'same' });
    expect(reads).not.toHaveBeenCalled();
  });

  it('sees bytes of the same length and time that were written since', async () => {
    await write('one');
    const known = new KnownFile(workspace, contentHash('one'), await markFile(path()));
    await write('two');
    expect(await known.look('a.ipynb')).toMatchObject({ kind: 'changed', hash: contentHash('two') });
  });

  it('reads a file that had just been written when it was marked', async () => {
    await writeFile(path(), 'one');
    const known = new KnownFile(workspace, contentHash('one'), await markFile(path()));
    const reads = vi.spyOn(workspace, 'readBytes');
    expect(await known.look('a.ipynb')).toEqual({ kind: 'same' });
    expect(reads).toHaveBeenCalledOnce();
  });

  it('has no mark of a file that is not there', async () => {
    expect(await markFile(path())).toBeNull();
    expect(await new KnownFile(workspace, '', null).look('a.ipynb')).toEqual({ kind: 'missing' });
  });
});
