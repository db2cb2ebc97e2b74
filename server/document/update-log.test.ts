import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochId } from '#lib/core/ids.ts';
import { diskEffects } from '#server/storage/disk-effects.ts';
import { UpdateLog } from './update-log.ts';

const epoch = epochId('e1');
const bytes = (text: string) => Buffer.from(text);
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farfield-log-'));
  path = join(folder, 'updates.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const recovered = async () => {
  const found = await UpdateLog.recover(path);
  if (found === null) return null;
  await found.log.close();
  return { epoch: found.epoch, cut: found.cut, updates: found.updates.map((update) => Buffer.from(update).toString()) };
};

describe('update log', () => {
  it('gives back what was appended, in order, with its epoch', async () => {
    const log = await UpdateLog.create(path, epoch, bytes('snapshot'));
    await Promise.all([log.append(bytes('a')), log.append(bytes('b'))]);
    await log.append(bytes('c'));
    await log.close();
    expect(await recovered()).toEqual({ epoch: 'e1', cut: 0, updates: ['snapshot', 'a', 'b', 'c'] });
  });

  it('has an acknowledged update on disk before close', async () => {
    const log = await UpdateLog.create(path, epoch, bytes('s'));
    await log.append(bytes('typed'));
    expect((await readFile(path)).includes('typed')).toBe(true);
    await log.close();
  });

  it('recovers whole frames from a tail torn at every byte', async () => {
    const log = await UpdateLog.create(path, epoch, bytes('snap'));
    const ends = [log.size];
    for (const text of ['first', 'second one', 'third']) {
      await log.append(bytes(text));
      ends.push(log.size);
    }
    await log.close();
    const whole = await readFile(path);
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      const found = await recovered();
      const frames = ends.filter((end) => end <= length).length;
      if (frames === 0) expect(found).toBeNull();
      else {
        expect(found?.updates).toEqual(['snap', 'first', 'second one', 'third'].slice(0, frames));
        expect(found?.cut).toBe(length - (ends[frames - 1] as number));
        expect((await readFile(path)).length).toBe(ends[frames - 1]);
      }
    }
  });

  it('stops at a flipped byte and at a tail of zeros', async () => {
    const log = await UpdateLog.create(path, epoch, bytes('snap'));
    const before = log.size;
    await log.append(bytes('good'));
    await log.close();
    const whole = await readFile(path);
    await writeFile(path, Buffer.concat([whole, Buffer.alloc(64)]));
    expect(await recovered()).toMatchObject({ cut: 64, updates: ['snap', 'good'] });
    whole[before + 9] = (whole[before + 9] as number) ^ 1;
    await writeFile(path, whole);
    expect(await recovered()).toMatchObject({ updates: ['snap'] });
  });

  it('appends after a cut tail', async () => {
    const log = await UpdateLog.create(path, epoch, bytes('snap'));
    await log.append(bytes('lost'));
    await log.close();
    await truncate(path, log.size - 2);
    const found = await UpdateLog.recover(path);
    await found?.log.append(bytes('new'));
    await found?.log.close();
    expect((await recovered())?.updates).toEqual(['snap', 'new']);
  });

  it('keeps an update whose fsync failed and writes it with the next', async () => {
    let failing = false;
    const open: typeof diskEffects.open = async (...args) => {
      const handle = await diskEffects.open(...args);
      const sync = handle.datasync.bind(handle);
      handle.datasync = async () => {
        if (failing) throw Object.assign(new Error('no'), { code: 'EIO' });
        await sync();
      };
      return handle;
    };
    const log = await UpdateLog.create(path, epoch, bytes('snap'), { ...diskEffects, open });
    failing = true;
    await expect(log.append(bytes('one'))).rejects.toMatchObject({ fault: { fault: 'file.io' } });
    failing = false;
    await log.append(bytes('two'));
    await log.close();
    expect((await recovered())?.updates).toEqual(['snap', 'one', 'two']);
  });

  it('compacts to one snapshot and goes on', async () => {
    const log = await UpdateLog.create(path, epoch, bytes('snap'));
    const appended = log.append(bytes('in the snapshot'));
    await log.compact(() => bytes('all'));
    await appended;
    await log.append(bytes('after'));
    await log.close();
    expect((await recovered())?.updates).toEqual(['all', 'after']);
  });

  it('acknowledges nothing into a file that compaction has replaced', async () => {
    let closed = false;
    const open = (async (...args: Parameters<typeof diskEffects.open>) => {
      if (closed && args[0] === path) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
      return diskEffects.open(...args);
    }) as typeof diskEffects.open;
    const log = await UpdateLog.create(path, epoch, bytes('s'), { ...diskEffects, open });
    await log.append(bytes('a'));
    closed = true;
    await expect(log.compact(() => bytes('s+a'))).rejects.toThrow('update log');
    await expect(log.append(bytes('b'))).rejects.toThrow('update log');
    closed = false;
    await log.append(bytes('c'));
    await log.close();
    expect((await recovered())?.updates).toEqual(['s+a', 'b', 'c']);
  });
});
