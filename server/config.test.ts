import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { readConfig } from './config.ts';
import { controlSocketPath, projectFolder } from './setup/flags.mjs';

let root: string;
const env = { HOME: '/home/ada' };

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'farfield-flags-'));
  mkdirSync(join(root, 'books'));
  mkdirSync(join(root, '-odd'));
  mkdirSync(join(root, 'locked'));
  chmodSync(join(root, 'locked'), 0o500);
  writeFileSync(join(root, 'a.ipynb'), '{}');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each<[string[], object]>([
  [[], { port: 4747, portIsExplicit: false, open: true, host: '127.0.0.1', workspaceIsDefault: true }],
  [['books'], { workspaceIsDefault: false }],
  [['--port', '5000'], { port: 5000, portIsExplicit: true }],
  [['--port=0'], { port: 0, portIsExplicit: true }],
  [['--no-open', 'books'], { open: false, workspaceIsDefault: false }],
  [['--host', 'localhost'], { host: '127.0.0.1' }],
  [['--host', '::1'], { host: '::1' }],
  [['--home', 'state'], {}],
  [['--', '-odd'], { workspaceIsDefault: false }],
])('%j is understood', (argv, expected) => {
  const config = readConfig(argv, env, root);
  expect(config).toMatchObject(expected);
  if (isFault(config)) throw new Error(config.message);
  const word = argv.find((one) => one === 'books' || one === '-odd');
  expect(config.workspaceFolder).toBe(word === undefined ? join(projectFolder, 'workspace') : join(root, word));
  expect(config.homeFolder).toBe(argv.includes('--home') ? join(root, 'state') : '/home/ada/.local/state/farfield');
});

test.each<[string[], string]>([
  [['--prot', '1'], 'There is no flag --prot.'],
  [['-p', '1'], 'There is no flag -p.'],
  [['--port'], '--port needs a value.'],
  [['--port', '--no-open'], '--port needs a value.'],
  [['--port='], '--port needs a value.'],
  [['--port', '65536'], '--port 65536 is no port.'],
  [['--port', '-1'], '--port -1 is no port.'],
  [['--port', '80.5'], '--port 80.5 is no port.'],
  [['--port', '0x50'], '--port 0x50 is no port.'],
  [['--port', '1', '--port', '2'], '--port is given twice.'],
  [['--no-open=yes'], '--no-open takes no value.'],
  [['--host', '0.0.0.0'], 'Farfield does not serve on 0.0.0.0'],
  [['--host', '127.0.0.1.evil.example'], 'Farfield does not serve on'],
  [['books', 'locked'], 'One folder can be served, not 2'],
  [['nowhere'], 'There is no folder'],
  [['nowhere\0'], 'NUL'],
  [[''], 'The folder is named by an empty word.'],
  [['a.ipynb'], 'is a file, not a folder.'],
  [['a.ipynb/below'], 'There is no folder'],
])('%j is refused', (argv, message) => {
  const config = readConfig(argv, env, root);
  if (!isFault(config)) throw new Error('accepted');
  expect(config).toMatchObject({ fault: 'request.invalid', message: expect.stringContaining(message) });
  expect(config.hint).not.toBe('');
});

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is refused', () => {
  expect(readConfig(['locked'], env, root)).toMatchObject({ message: expect.stringContaining('cannot be written') });
});

test.each<[Record<string, string>, string]>([
  [{ FARFIELD_HOME: '/srv/state' }, '/srv/state'],
  [{ XDG_STATE_HOME: '/xdg' }, '/xdg/farfield'],
  [{ XDG_STATE_HOME: 'relative' }, '/home/ada/.local/state/farfield'],
  [{ FARFIELD_HOME: '/srv/state', XDG_STATE_HOME: '/xdg' }, '/srv/state'],
])('state folder under %j', (more, expected) => {
  expect(readConfig([], { ...env, ...more }, root)).toMatchObject({ homeFolder: expected });
});

test('the control socket lies in the state folder, or in a short one of its own', () => {
  expect(controlSocketPath('/home/ada/state')).toBe('/home/ada/state/control.sock');
  const [one, two] = ['a', 'b'].map((letter) => controlSocketPath(`/${letter.repeat(120)}`));
  expect(one).not.toBe(two);
  expect(Buffer.byteLength(one ?? '')).toBeLessThan(104);
});
