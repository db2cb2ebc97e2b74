import { spawn, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A real Jupyter Server for tests: the product's own private environments, loopback only, IPC transport, output limiter
 * off, its state in a temporary folder. Builds the environments once when they are not there yet.
 */
export type TestJupyter = {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Ends the server and its kernels. */
  stop(): Promise<void>;
};

const root = path.resolve(import.meta.dirname, '../..');
const gatewayPython = path.join(root, '.venvs/gateway/bin/python');
const userPython = path.join(root, '.venvs/python/bin/python');

/**
 * `kernelPrefix`: a command that runs kernels in its own process, such as one that limits their memory. `packages`: a folder
 * of Python packages that its kernels have besides.
 */
export async function startJupyter(
  options: {
    token?: string;
    port?: number;
    limiter?: boolean;
    interruptMode?: 'signal' | 'message';
    kernelPrefix?: readonly string[];
    packages?: string;
  } = {},
): Promise<TestJupyter> {
  ensureEnvironment('gateway', gatewayPython, 'jupyter_server', 'jupyter_server==2.21.1');
  ensureEnvironment('python', userPython, 'ipykernel', 'ipykernel==7.4.0');
  const token = options.token ?? randomBytes(16).toString('hex');
  const port = options.port ?? (await freePort());
  const home = await mkdtemp(path.join(tmpdir(), 'farfield-jupyter-'));
  const spec = path.join(home, 'data/kernels/python3');
  await mkdir(spec, { recursive: true });
  await mkdir(path.join(home, 'root'), { recursive: true });
  await writeFile(
    path.join(spec, 'kernel.json'),
    JSON.stringify({
      argv: [...(options.kernelPrefix ?? []), userPython, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      display_name: 'Python 3',
      language: 'python',
      interrupt_mode: options.interruptMode ?? 'signal',
      ...(options.packages === undefined ? {} : { env: { PYTHONPATH: options.packages } }),
    }),
  );
  const child = spawn(
    gatewayPython,
    [
      '-m',
      'jupyter_server',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.root_dir=${path.join(home, 'root')}`,
      '--KernelManager.transport=ipc',
      '--KernelSpecManager.ensure_native_kernel=False',
      '--KernelSpecManager.allowed_kernelspecs=python3',
      ...(options.limiter === true ? [] : ['--ZMQChannelsWebsocketConnection.limit_rate=False']),
    ],
    {
      cwd: home,
      env: {
        ...process.env,
        JUPYTER_TOKEN: token,
        JUPYTER_DATA_DIR: path.join(home, 'data'),
        JUPYTER_CONFIG_DIR: path.join(home, 'config'),
        JUPYTER_RUNTIME_DIR: path.join(home, 'run'),
        JUPYTER_PREFER_ENV_PATH: '0',
        IPYTHONDIR: path.join(home, 'ipython'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-8_000)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}/`;
  const stop = async (): Promise<void> => {
    await shutdownKernels(url, token);
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(killer);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let attempt = 0; attempt < 900; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`jupyter_server ended at once:\n${log}`);
    const answer = await fetch(new URL('api/status', url), { headers: { Authorization: `token ${token}` } }).catch(
      () => null,
    );
    if (answer?.ok === true) return { url, token, pid: child.pid ?? 0, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`jupyter_server did not answer within 90 s:\n${log}`);
}

/** A port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Kernels of an abruptly ended server live on: they are ended through the door they came in by. */
async function shutdownKernels(url: string, token: string): Promise<void> {
  const headers = { Authorization: `token ${token}` };
  const kernels = await fetch(new URL('api/kernels', url), { headers })
    .then((answer) => answer.json() as Promise<{ id: string }[]>)
    .catch(() => []);
  for (const kernel of kernels) {
    await fetch(new URL(`api/kernels/${kernel.id}`, url), { method: 'DELETE', headers }).catch(() => undefined);
  }
}

function ensureEnvironment(name: string, python: string, module: string, requirement: string): void {
  if (existsSync(python)) {
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
      return;
    } catch {
      // Present without the package: filled below.
    }
  } else {
    execFileSync('python3', ['-m', 'venv', path.join(root, '.venvs', name)], { stdio: 'inherit' });
  }
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--retries', '0', requirement], { stdio: 'inherit' });
}
