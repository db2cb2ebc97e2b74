// The flags of `npm start`, `npm run login` and the server itself, in one table. Plain JavaScript: it runs before
// anything is installed, on the machine's own Node, so that a wrong flag fails before a long set-up and not after it.
import { accessSync, constants, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project: where package.json lies. */
export const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const defaultPort = 4747;

/**
 * Flags of Node for the server's process. It waits more than it computes: a small young generation saves it some 25 MB
 * and costs it nothing that the benchmark of opening a large notebook shows.
 */
export const serverNodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

const table = [
  { name: '--port', takes: 'N', about: `port to serve on (default ${defaultPort}, or the next free one)` },
  { name: '--home', takes: 'STATE_DIR', about: 'folder of the private state (default ~/.local/state/farfield)' },
  { name: '--host', takes: 'ADDRESS', about: 'address to serve on; only this machine until accounts exist' },
  { name: '--no-open', about: 'do not open a browser' },
  { name: '--help', about: 'show this' },
];

export const usage = [
  'npm start [-- DIR] [flags]',
  '',
  '  DIR                  folder of notebooks to serve (default workspace/ in the project)',
  ...table.map(
    (flag) => `  ${`${flag.name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`.padEnd(20)} ${flag.about}`,
  ),
].join('\n');

const loopbackHosts = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Reads the command line. Answers `{ value }`, `{ help: true }`, or `{ message, hint }` for the person at the terminal.
 * Relative paths are taken from the folder in which the person typed the command (npm changes the current one).
 */
export function readFlags(argv, env, folder = env.INIT_CWD ?? process.cwd()) {
  const given = new Map();
  const words = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index];
    if (word === '--') {
      words.push(...argv.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const flag = table.find((row) => row.name === (name === '-h' ? '--help' : name));
    if (flag === undefined) {
      return trouble(`There is no flag ${name}.`, `Known flags: ${table.map((row) => row.name).join(', ')}.`);
    }
    if (given.has(flag.name)) return trouble(`${flag.name} is given twice.`, `Give ${flag.name} once.`);
    if (flag.takes === undefined) {
      if (equals !== -1) return trouble(`${flag.name} takes no value.`, `Write ${flag.name} alone.`);
      given.set(flag.name, '');
      continue;
    }
    const value = equals === -1 ? argv[(index += 1)] : word.slice(equals + 1);
    if (value === undefined || value === '' || (equals === -1 && value.startsWith('--'))) {
      return trouble(`${flag.name} needs a value.`, `Write ${flag.name} ${flag.takes}.`);
    }
    given.set(flag.name, value);
  }
  if (given.has('--help')) return { help: true };
  if (words.length > 1) {
    return trouble(
      `One folder can be served, not ${words.length}: ${words.join(', ')}.`,
      'Name one folder that holds all of them.',
    );
  }
  if (words[0] === '')
    return trouble('The folder is named by an empty word.', 'Name a folder, or none for workspace/.');
  const nul = [...words, ...given.values()].some((value) => value.includes('\0'));
  if (nul) return trouble('A path contains a NUL character.', 'Type the path again.');

  const port = readPort(given.get('--port'));
  if (port.message !== undefined) return port;
  const host = given.get('--host') ?? '127.0.0.1';
  if (!loopbackHosts.has(host)) {
    return trouble(
      `Farfield does not serve on ${host}: it has no accounts yet, so everybody who reaches that address would own your notebooks and kernels.`,
      'Leave --host out and reach this machine through an SSH tunnel: ssh -L 4747:127.0.0.1:4747 <this machine>.',
    );
  }
  const workspace = words[0] === undefined ? null : checkFolder(resolve(folder, words[0]));
  if (workspace?.message !== undefined) return workspace;
  return {
    value: {
      /** null: the default `workspace/`, made and seeded on first use */
      workspaceFolder: workspace?.folder ?? null,
      port: port.port,
      portIsExplicit: port.isExplicit,
      homeFolder: homeFolder(given.get('--home'), env, folder),
      host: host === 'localhost' ? '127.0.0.1' : host,
      open: !given.has('--no-open'),
    },
  };
}

/** Where the private state lies: --home, else FARFIELD_HOME, else the XDG state folder. */
export function homeFolder(flag, env, folder) {
  if (flag !== undefined) return resolve(folder, flag);
  if (env.FARFIELD_HOME) return resolve(folder, env.FARFIELD_HOME);
  // The XDG specification tells to ignore relative values.
  if (env.XDG_STATE_HOME?.startsWith('/')) return join(env.XDG_STATE_HOME, 'farfield');
  return join(env.HOME || homedir(), '.local', 'state', 'farfield');
}

/** Where the Python environments lie: FARFIELD_VENVS, else `.venvs` of the project. */
export function venvsFolder(env) {
  return env.FARFIELD_VENVS
    ? resolve(env.INIT_CWD ?? process.cwd(), env.FARFIELD_VENVS)
    : join(projectFolder, '.venvs');
}

/** Unix socket paths end at 104 (macOS) or 108 bytes; ZeroMQ and Node refuse longer ones. */
const longestSocketPath = 100;

/**
 * The folder for unix sockets of one state folder: `wanted`, or, where a path in it of `nameLength` more bytes would be
 * too long, a short one of this user under the temporary folder. The caller makes it with mode 0700 and checks its owner.
 */
export function socketFolder(wanted, nameLength) {
  if (Buffer.byteLength(wanted) + 1 + nameLength <= longestSocketPath) return wanted;
  const tail = `farfield-${process.getuid?.() ?? 0}-${createHash('sha256').update(wanted).digest('hex').slice(0, 10)}`;
  const fromEnvironment = join(tmpdir(), tail);
  return Buffer.byteLength(fromEnvironment) + 1 + nameLength <= longestSocketPath
    ? fromEnvironment
    : join('/tmp', tail);
}

/** The socket on which the server of a state folder answers `npm run login`. */
export function controlSocketPath(home) {
  return join(socketFolder(home, 'control.sock'.length), 'control.sock');
}

function readPort(text) {
  if (text === undefined) return { port: defaultPort, isExplicit: false };
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) {
    return trouble(`--port ${text} is no port.`, 'Give a whole number from 1 to 65535, or 0 for any free one.');
  }
  return { port, isExplicit: true };
}

function checkFolder(folder) {
  let stat;
  try {
    stat = statSync(folder);
  } catch (cause) {
    if (cause.code === 'EACCES') {
      return trouble(`${folder} cannot be read: a folder above it is closed to you.`, 'Name a folder that is yours.');
    }
    return trouble(`There is no folder ${folder}.`, `Make it first: mkdir -p ${shellWord(folder)}`);
  }
  if (!stat.isDirectory()) {
    return trouble(`${folder} is a file, not a folder.`, `Name the folder that holds it: ${dirname(folder)}`);
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return trouble(
      `${folder} cannot be written by you.`,
      `Make it yours (chmod u+rwx ${shellWord(folder)}) or name another folder.`,
    );
  }
  return { folder };
}

function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function trouble(message, hint) {
  return { message, hint };
}
