import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

/** A real gateway or engine for tests, run from its own environment below `.venvs` (server/setup/engines.mjs makes it). */
export type EngineProcess = {
  readonly home: string;
  /** The last lines that it and its children wrote. */
  log(): string;
  stop(): Promise<void>;
};

export const projectRoot = path.resolve(import.meta.dirname, '../..');
export const venvs = process.env['FARFIELD_VENVS'] ?? path.join(projectRoot, '.venvs');

export function engineProgram(engine: string, program: string): string {
  return path.join(venvs, engine, 'bin', program);
}

export function engineFile(engine: string, ...parts: readonly string[]): string {
  return path.join(venvs, engine, ...parts);
}

const missingSchema = z.object({ missing: z.record(z.string(), z.string()) });

/** Why an engine cannot be tested here; null when it can. */
export function whyMissing(engine: string): string | null {
  const list = path.join(venvs, 'engines.json');
  if (!existsSync(list)) return `${engine}: not run: npm run test:engines sets it up`;
  return missingSchema.parse(JSON.parse(readFileSync(list, 'utf8'))).missing[engine] ?? null;
}

/** A home with kernelspecs; Jupyter's folders and those of its kernels lie below it. */
export async function makeEngineHome(specs: Readonly<Record<string, object>>): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'farfield-engine-'));
  await mkdir(path.join(home, 'work'), { recursive: true });
  for (const [name, spec] of Object.entries(specs)) {
    const folder = path.join(home, 'data', 'kernels', name);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'kernel.json'), JSON.stringify(spec));
  }
  return home;
}

/** The kernelspec of the product's own environment for notebooks. */
export const python3Spec = {
  argv: [path.join(venvs, 'python/bin/python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
  display_name: 'Python 3',
  language: 'python',
};

/** Starts a program in a process group of its own and waits until `url` answers with a status that `isUp` knows. */
export async function startEngine(
  program: string,
  args: readonly string[],
  options: {
    readonly home: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly url: string;
    readonly isUp: (status: number) => boolean;
  },
): Promise<EngineProcess> {
  const { home } = options;
  const child = spawn(program, args, {
    cwd: path.join(home, 'work'),
    detached: true,
    env: {
      ...process.env,
      PATH: `${path.join(projectRoot, 'node_modules/.bin')}:${path.dirname(program)}:${process.env['PATH'] ?? ''}`,
      JUPYTER_DATA_DIR: path.join(home, 'data'),
      JUPYTER_CONFIG_DIR: path.join(home, 'config'),
      JUPYTER_RUNTIME_DIR: path.join(home, 'run'),
      IPYTHONDIR: path.join(home, 'ipython'),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-16_000)));
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => void (ended = true));
  const signal = (name: NodeJS.Signals): void => {
    try {
      // The group: kernels and proxies that it started go with it.
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // All of it has ended.
    }
  };
  const stop = async (): Promise<void> => {
    signal('SIGTERM');
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 8_000))]);
    signal('SIGKILL');
    await exited;
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let attempt = 0; attempt < 600 && !ended; attempt += 1) {
    const status = await fetch(options.url, { redirect: 'manual' }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (options.isUp(status)) return { home, log: () => log, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${program} did not answer at ${options.url}:\n${log}`);
}
