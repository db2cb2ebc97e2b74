import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { Home } from './home.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'farfield-home-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(folder: string): Home {
  const home = Home.open(folder);
  if (isFault(home)) throw new Error(home.message);
  return home;
}

async function holdElsewhere(
  folder: string,
): Promise<{ readonly said: string; readonly pid: number; kill(): Promise<void> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/home-holder.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = () => {
    child.kill('SIGKILL');
    return ended;
  };
  return { said, pid: child.pid ?? 0, kill };
}

test('makes a private folder and narrows a wide one', () => {
  const folder = join(root, 'deep', 'state');
  open(folder).close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const wide = join(root, 'wide');
  mkdirSync(wide, { mode: 0o755 });
  open(wide).close();
  expect(statSync(wide).mode & 0o777).toBe(0o700);
});

test('a second server is refused and told of the first, until the first ends, even by kill -9', async () => {
  const folder = join(root, 'state');
  const first = await holdElsewhere(folder);
  expect(first.said).toBe('held');
  const refused = Home.open(folder);
  expect(refused).toMatchObject({
    fault: 'file.exists',
    message: expect.stringContaining(`process ${first.pid}, at http://127.0.0.1:4799`),
  });
  expect(refused).toMatchObject({ hint: expect.stringContaining('--home') });
  await first.kill();
  expect(existsSync(join(folder, 'server.json'))).toBe(true);
  open(folder).close();
});

test('a record with the number of a living stranger locks nobody out', () => {
  const folder = join(root, 'state');
  mkdirSync(folder);
  writeFileSync(join(folder, 'server.json'), JSON.stringify({ pid: process.ppid, url: null, since: 'then' }));
  open(folder).close();
});

test('of many at once exactly one wins', async () => {
  const folder = join(root, 'state');
  const all = await Promise.all(Array.from({ length: 5 }, () => holdElsewhere(folder)));
  expect(all.filter(({ said }) => said === 'held').length).toBe(1);
  await Promise.all(all.map(({ kill }) => kill()));
});

test('closing lets the next one in and names nobody', async () => {
  const folder = join(root, 'state');
  const home = open(folder);
  home.announce('http://127.0.0.1:1');
  expect(JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'))).toMatchObject({
    pid: process.pid,
    url: 'http://127.0.0.1:1',
  });
  home.close();
  const next = await holdElsewhere(folder);
  expect(next.said).toBe('held');
  await next.kill();
});

test('a file or a link in its place is refused', () => {
  writeFileSync(join(root, 'file'), '');
  expect(Home.open(join(root, 'file'))).toMatchObject({ fault: 'file.kind' });
  expect(Home.open(join(root, 'file', 'state'))).toMatchObject({ fault: 'file.kind' });
  mkdirSync(join(root, 'real'));
  symlinkSync(join(root, 'real'), join(root, 'link'));
  expect(Home.open(join(root, 'link'))).toMatchObject({ fault: 'file.kind' });
  expect(Home.open('/proc/farfield')).toMatchObject({ fault: 'file.permission' });
});

test('a long path puts the control socket into a private short folder', () => {
  const home = open(join(root, 'x'.repeat(120)));
  expect(statSync(dirname(home.controlSocket)).mode & 0o777).toBe(0o700);
  home.close();
  rmSync(dirname(home.controlSocket), { recursive: true });
});
