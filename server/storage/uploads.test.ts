import { mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import type { OnClash } from '#lib/protocol/http/uploads.ts';
import { diskEffects } from './disk-effects.ts';
import { Uploads } from './uploads.ts';
import { Workspace } from './workspace.ts';

let base: string;
let root: string;
let workspace: Workspace;
let now: number;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-up-')));
  root = join(base, 'served');
  await mkdir(root);
  workspace = new Workspace(root, join(base, 'trash'));
  now = Date.now();
});
afterEach(() => rm(base, { recursive: true, force: true }));

const ok = <Value>(value: Value) => {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Exclude<Value, { fault: unknown }>;
};

async function start(effects = diskEffects): Promise<Uploads> {
  const uploads = new Uploads(
    { workspace, folder: join(base, 'uploads'), replace: (_, act) => act(), now: () => now },
    effects,
  );
  await uploads.run();
  return uploads;
}

const wanted = (path: string, size: number, onClash: OnClash = 'refuse') => ({
  path,
  size,
  key: 'k',
  by: 'p',
  onClash,
});
const piece = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const hidden = async () => (await readdir(root)).filter((name) => name.startsWith('.'));

describe('an upload', () => {
  it('is sent in pieces and appears when it is whole', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('new/folder/a.csv', 6)));
    expect(ok(await uploads.receive(id, 0, piece('ab', 'c')))).toEqual({ id, offset: 3 });
    expect(ok(await workspace.list('new/folder')).entries).toEqual([]);
    expect(await uploads.finish(id, 'refuse')).toMatchObject({ fault: 'upload.offset' });
    expect(ok(await uploads.receive(id, 3, piece('def')))).toEqual({ id, offset: 6 });
    expect(ok(await uploads.finish(id, 'refuse'))).toMatchObject({ path: 'new/folder/a.csv', size: 6 });
    expect(await readFile(join(root, 'new/folder/a.csv'), 'utf8')).toBe('abcdef');
    expect(await uploads.state(id)).toMatchObject({ fault: 'upload.notFound' });
    expect(await readdir(join(base, 'uploads'))).toEqual([]);
  });

  it('may be empty', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('empty', 0)));
    expect(ok(await uploads.finish(id, 'refuse')).size).toBe(0);
  });

  it('goes on where it was after the server was killed', async () => {
    const { id } = ok(await (await start()).begin(wanted('a', 6)));
    await (await start()).receive(id, 0, piece('abc'));
    const uploads = await start();
    expect(ok(await uploads.begin(wanted('a', 6)))).toEqual({ id, offset: 3 });
    await uploads.receive(id, 3, piece('def'));
    ok(await uploads.finish(id, 'refuse'));
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('abcdef');
  });

  it('keeps what came before the line broke', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a', 6)));
    const broken = async function* () {
      yield Buffer.from('ab');
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    };
    await uploads.receive(id, 0, Readable.from(broken()));
    expect(ok(await uploads.state(id)).offset).toBe(2);
  });

  it('is on the disk before it has its name, also when the line broke behind the last byte', async () => {
    let synced = 0;
    const open: typeof diskEffects.open = async (...args) => {
      const handle = await diskEffects.open(...args);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        if (String(args[0]).endsWith('.part')) synced += 1;
      };
      return handle;
    };
    const uploads = await start({ ...diskEffects, open });
    const { id } = ok(await uploads.begin(wanted('a', 2)));
    const broken = async function* () {
      yield Buffer.from('ab');
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    };
    await uploads.receive(id, 0, Readable.from(broken()));
    ok(await uploads.finish(id, 'refuse'));
    expect(synced).toBe(1);
  });

  it('begins anew when somebody removed its bytes', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a', 6)));
    await uploads.receive(id, 0, piece('abc'));
    for (const name of await hidden()) await rm(join(root, name));
    const again = ok(await uploads.begin(wanted('a', 6)));
    expect(again).toMatchObject({ offset: 0 });
    expect(again.id).not.toBe(id);
  });

  it('ends a piece whose line hangs when the browser asks anew', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a', 6)));
    const hanging = new Readable({ read: () => undefined });
    hanging.push('abc');
    const first = uploads.receive(id, 0, hanging);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ok(await uploads.state(id)).offset).toBe(3);
    expect(hanging.destroyed).toBe(true);
    await first;
    expect(ok(await uploads.receive(id, 3, piece('def'))).offset).toBe(6);
  });

  it('is another one when the file is', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a', 6)));
    for (const other of [{ size: 7 }, { key: 'other' }, { by: 'q' }])
      expect(ok(await uploads.begin({ ...wanted('a', 6), ...other })).id).not.toBe(id);
  });

  it('refuses pieces at the wrong place and more bytes than were said', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a', 3)));
    expect(await uploads.receive(id, 1, piece('x'))).toMatchObject({ fault: 'upload.offset' });
    expect(await uploads.receive(id, 0, piece('abc', 'd'))).toMatchObject({ fault: 'request.invalid' });
    expect(ok(await uploads.state(id)).offset).toBe(0);
  });

  it('leaves nothing when it is cancelled', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a', 6)));
    await uploads.receive(id, 0, piece('abc'));
    expect(await uploads.cancel(id)).toBeNull();
    expect(await hidden()).toEqual([]);
    expect(await readdir(join(base, 'uploads'))).toEqual([]);
  });

  it('is swept after a day without a sign of life', async () => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a', 6)));
    const [part = ''] = await hidden();
    now += 25 * 60 * 60 * 1000;
    const recently = new Date(now - 1000);
    await utimes(join(root, part), recently, recently);
    await uploads.sweep();
    expect(isFault(await uploads.state(id))).toBe(false);
    now += 25 * 60 * 60 * 1000;
    await uploads.sweep();
    expect(await hidden()).toEqual([]);
    expect(await uploads.state(id)).toMatchObject({ fault: 'upload.notFound' });
  });
});

describe('a name that is taken', () => {
  const content = (name: string) => readFile(join(root, name), 'utf8');
  const upload = async (onClash: OnClash) => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted('a.csv', 3, 'keepBoth')));
    await uploads.receive(id, 0, piece('new'));
    return uploads.finish(id, onClash);
  };
  beforeEach(() => writeFile(join(root, 'a.csv'), 'old'));

  it('is said before a byte is sent', async () =>
    expect(await (await start()).begin(wanted('a.csv', 3))).toMatchObject({ fault: 'file.exists' }));

  it('is refused at the end too, and the upload waits for another answer', async () => {
    expect(await upload('refuse')).toMatchObject({ fault: 'file.exists' });
    expect(await content('a.csv')).toBe('old');
    expect(await hidden()).toHaveLength(1);
  });

  it('keeps both', async () => {
    expect(ok(await upload('keepBoth')).path).toBe('a 2.csv');
    expect([await content('a.csv'), await content('a 2.csv')]).toEqual(['old', 'new']);
  });

  it('replaces, with the old bytes in the trash', async () => {
    expect(ok(await upload('replace')).path).toBe('a.csv');
    expect(await content('a.csv')).toBe('new');
    const { items } = await workspace.trashBin.list(10);
    expect(items).toMatchObject([{ path: 'a.csv', reason: 'overwritten' }]);
    const kept = ok(await workspace.trashBin.find(items[0]?.trashId ?? ''));
    expect(await readFile(kept.absolute, 'utf8')).toBe('old');
  });

  it('never replaces a folder', async () => {
    await mkdir(join(root, 'd'));
    expect(await (await start()).begin(wanted('d', 3, 'replace'))).toMatchObject({ fault: 'file.exists' });
  });
});

describe('trouble', () => {
  it('takes everything back when the disk is full', async () => {
    const open: typeof diskEffects.open = async (...args) => {
      const handle = await diskEffects.open(...args);
      handle.write = async () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      };
      return handle;
    };
    const uploads = await start({ ...diskEffects, open });
    const { id } = ok(await uploads.begin(wanted('a', 6)));
    expect(await uploads.receive(id, 0, piece('abc'))).toMatchObject({ fault: 'file.noSpace' });
    expect(await readdir(root)).toEqual([]);
    expect(await uploads.state(id)).toMatchObject({ fault: 'upload.notFound' });
  });

  it('says before a byte is sent that the disk has no room', async () => {
    const answer = await (await start()).begin(wanted('a', 64 * 1024 ** 3 - 1));
    // A disk with 64 GiB to spare takes it.
    if (isFault(answer)) expect(answer.fault).toBe('file.noSpace');
    expect(await (await start()).begin(wanted('b', 65 * 1024 ** 3))).toMatchObject({ fault: 'file.tooLarge' });
  });

  it.each([
    ['a way out', '../a'],
    ['a way out inside', 'x/../../a'],
    ['an absolute path', '/etc/a'],
    ['a backslash', 'a\\b'],
    ['a control character', 'a\u001b[31m'],
    ['256 bytes', 'n'.repeat(256)],
    ['a name of our own', '.farfield-0123456789ab.tmp'],
    ['a name of our own in a folder', 'x/.farfield-0123456789ab.part'],
    ['nothing', ''],
  ])('refuses %s', async (_, path) => {
    expect(await (await start()).begin(wanted(path, 1))).toMatchObject({ fault: 'file.path' });
    expect((await readdir(base)).toSorted()).toEqual(['served', 'uploads']);
  });

  it.each([
    ['255 bytes', 'é'.repeat(127) + 'n'],
    ['markup', '<img src=x onerror=alert(1)>.csv'],
    ['characters that turn the line', 'a\u202Efdp.csv'],
    ['what other systems reserve', 'CON'],
  ])('takes %s', async (_, name) => {
    const uploads = await start();
    const { id } = ok(await uploads.begin(wanted(name, 0)));
    expect(ok(await uploads.finish(id, 'refuse')).path).toBe(name);
    expect(await readdir(root)).toEqual([name]);
  });
});
