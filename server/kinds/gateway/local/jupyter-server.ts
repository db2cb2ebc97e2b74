import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { inheritedEnvironment, startDetached, writePrivately } from '#server/process/detached-process.ts';
import { makeRuntimeFolder } from './runtime-folder.ts';

/**
 * One `jupyter_server` process of ours: how it is started so that it outlives us, and the record by which the next
 * server process finds it again. The token lies in two files of mode 0600, never on a command line or in a log.
 */
const recordSchema = z.object({
  pid: z.number().int().positive(),
  birth: z.string(),
  port: z.number().int(),
  token: z.string(),
  workspaceFolder: z.string(),
  /** ISO time */
  started: z.string(),
});
export type JupyterServerRecord = z.infer<typeof recordSchema>;

export type JupyterServerPlace = {
  /** Mode 0700; holds the record, the settings, the log and Jupyter's own data. */
  readonly folder: string;
  /** `bin/python` of the gateway's environment. */
  readonly python: string;
  readonly workspaceFolder: string;
  readonly defaultKernel: string | null;
};

/** Starts `jupyter_server`, and writes down how kernels end. */
const launcher = join(import.meta.dirname, 'gateway-launcher.py');

export function readRecord(folder: string): JupyterServerRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8')));
  } catch {
    return null; // none, or unreadable: as if there were none
  }
}

export function removeRecord(folder: string): void {
  rmSync(join(folder, 'local.json'), { force: true });
}

/** Starts the process and writes its record. It answers some time later; it may also end at once. */
export async function spawnJupyterServer(
  place: JupyterServerPlace,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly record: JupyterServerRecord; readonly ended: Promise<void> }> {
  const { folder, python, workspaceFolder } = place;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const token = randomBytes(32).toString('hex');
  const port = await findFreePort();
  const settingsPath = join(folder, 'jupyter_server_config.json');
  writePrivately(settingsPath, settings(place, port, token));
  const environment: Record<string, string> = {
    ...environmentFor(env, folder),
    JUPYTER_RUNTIME_DIR: runtimeFolderOf(folder),
  };
  const { identity, ended } = startDetached({
    program: python,
    // -I: neither PYTHONPATH nor a json.py in the current folder can get into the gateway. Kernels have their own command.
    args: ['-I', launcher, `--config=${settingsPath}`],
    folder,
    env: environment,
    log: join(folder, 'local.log'),
  });
  const record = { ...identity, port, token, workspaceFolder, started: new Date().toISOString() };
  writePrivately(join(folder, 'local.json'), record);
  return { record, ended };
}

/** Where the gateway and its kernels keep connection files, sockets and how kernels live. */
export function runtimeFolderOf(folder: string): string {
  return makeRuntimeFolder(join(folder, 'run'));
}

function settings(place: JupyterServerPlace, port: number, token: string): object {
  return {
    Application: { log_level: 30 },
    ServerApp: {
      ip: '127.0.0.1',
      port,
      port_retries: 0,
      open_browser: false,
      root_dir: place.workspaceFolder,
      allow_origin: '',
      allow_remote_access: false,
      allow_root: process.getuid?.() === 0,
      terminals_enabled: true,
      jpserver_extensions: { jupyter_server_terminals: true },
      // The start banner holds the URL with its token otherwise.
      custom_display_url: `http://127.0.0.1:${port}/`,
    },
    IdentityProvider: { token },
    KernelManager: { transport: 'ipc' },
    ZMQChannelsWebsocketConnection: { limit_rate: false },
    MappingKernelManager: {
      cull_idle_timeout: 0,
      ...(place.defaultKernel === null ? {} : { default_kernel_name: place.defaultKernel }),
    },
    // The gateway's own environment is for the gateway alone.
    KernelSpecManager: { ensure_native_kernel: false },
  };
}

/** What the gateway and its kernels inherit: the user's environment without what belongs to this server and to npm. */
function environmentFor(env: Readonly<Record<string, string | undefined>>, folder: string): Record<string, string> {
  const kept = Object.entries(inheritedEnvironment(env)).filter(([name]) => !name.startsWith('JUPYTER_'));
  const shell = loginShell();
  return {
    // Without it a terminal is `sh`, which neither edits nor remembers lines.
    ...(shell === null ? {} : { SHELL: shell }),
    ...Object.fromEntries(kept),
    // Settings that the user has for a Jupyter of their own must not change this one.
    JUPYTER_NO_CONFIG: '1',
    JUPYTER_DATA_DIR: join(folder, 'data'),
    JUPYTER_PATH: userDataFolders(env).join(delimiter),
    JUPYTER_PLATFORM_DIRS: '0',
  };
}

/** The shell of whoever runs this server, where the system tells one. */
function loginShell(): string | null {
  try {
    const { shell } = userInfo();
    return shell !== null && isAbsolute(shell) && existsSync(shell) ? shell : null;
  } catch {
    return null; // a user that the system has no entry of
  }
}

/** Where kernelspecs of the user may lie besides the machine's own places, which Jupyter looks through anyway. */
function userDataFolders(env: Readonly<Record<string, string | undefined>>): string[] {
  const home = env['HOME'] ?? homedir();
  const ownData = env['XDG_DATA_HOME'] ?? join(home, '.local', 'share');
  const user = process.platform === 'darwin' ? join(home, 'Library', 'Jupyter') : join(ownData, 'jupyter');
  const active = [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter((prefix) => prefix !== undefined && prefix !== '');
  return [
    ...(env['JUPYTER_PATH'] ?? '').split(delimiter),
    env['JUPYTER_DATA_DIR'] ?? user,
    ...active.map((prefix) => join(prefix ?? '', 'share', 'jupyter')),
  ].filter((folder) => folder !== '');
}

/** Jupyter tells a port that it chose itself to a file alone; asking the system first is as good, and a lost race is a retry. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no address of a listening socket'));
      });
    });
  });
}
