import { spawn } from 'node:child_process';
import { z } from 'zod';
import { type ClusterKeys, clusterManifests, type ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import { engineProgram, type EngineProcess, makeEngineHome, startEngine } from './engine-process.ts';
import { freePort } from './jupyter.ts';

/** A Dask scheduler and one worker as their own commands start them: no TLS, no token. */
export async function startPlainDask(): Promise<EngineProcess & { readonly place: ClusterPlace }> {
  const [port, pages] = [await freePort(), await freePort()];
  const place = { address: `tcp://127.0.0.1:${port}`, dashboard: `http://127.0.0.1:${pages}/` };
  const home = await makeEngineHome({});
  const scheduler = ['--host=127.0.0.1', `--port=${port}`, `--dashboard-address=127.0.0.1:${pages}`];
  const worker = [place.address, '--host=127.0.0.1', '--nthreads=2', '--memory-limit=400MB', '--no-dashboard'];
  const words = (parts: readonly string[]): string => parts.map((part) => `'${part}'`).join(' ');
  const program = (name: string): string => `'${daskPython}' -m distributed.cli.dask_${name}`;
  const script = `${program('scheduler')} ${words(scheduler)} & ${program('worker')} ${words(worker)}; wait`;
  const started = await startEngine('/bin/sh', ['-c', script], {
    home,
    url: `${place.dashboard}json/counts.json`,
    isUp: (status) => status === 200,
  });
  return { ...started, place };
}

export const daskPython = engineProgram('dask', 'python');

/** Runs code in a Python that is told of its cluster as a kernel is. Answers what it printed; throws with what went wrong. */
export function runWithDask(code: string, place: ClusterPlace, keys: ClusterKeys): Promise<string> {
  const { environment } = clusterManifests.dask.bind(place, keys);
  return new Promise((resolve, reject) => {
    const child = spawn(daskPython, ['-I', '-c', code], { env: { ...process.env, ...environment } });
    let [out, trouble] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => (status === 0 ? resolve(out.trim()) : reject(new Error(trouble.slice(-2_000)))));
  });
}

/** Pages that a scheduler says it has and that need nothing more in their names. */
export async function pagesOf({ dashboard }: ClusterPlace): Promise<readonly string[]> {
  const map = await (await fetch(new URL('sitemap.json', dashboard))).json();
  return z
    .object({ paths: z.array(z.string()) })
    .parse(map)
    .paths.map((page) => page.replace('(.*)', 'x'));
}
