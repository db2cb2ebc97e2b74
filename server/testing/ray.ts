import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClusterKeys, clusterManifests, type ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import { engineFile, engineProgram, type EngineProcess, makeEngineHome, startEngine } from './engine-process.ts';
import { freePort } from './jupyter.ts';

export const rayPython = engineProgram('ray', 'python');
export const rayPackages = globSync(engineFile('ray', 'lib', 'python3.*', 'site-packages'))[0] ?? '';
export const rayMemory = 768 * 1024 * 1024;

/** A head that computes as its own command starts it: no token. It listens at the machine's address on the network. */
export async function startPlainRay(): Promise<EngineProcess & { readonly place: ClusterPlace }> {
  const [port, pages, clients] = [await freePort(), await freePort(), await freePort()];
  const place = { address: `127.0.0.1:${port}`, dashboard: `http://127.0.0.1:${pages}/` };
  const home = await makeEngineHome({});
  const temporary = await mkdtemp('/tmp/farfield-ray-');
  const ports = [`--port=${port}`, `--dashboard-port=${pages}`, `--ray-client-server-port=${clients}`];
  const size = ['--num-cpus=2', '--num-gpus=0', '--object-store-memory=83886080', '--dashboard-agent-listen-port=0'];
  const rest = ['--block', '--disable-usage-stats', `--temp-dir=${temporary}`];
  const args = [
    '-m',
    'ray.scripts.scripts',
    'start',
    '--head',
    '--dashboard-host=127.0.0.1',
    ...ports,
    ...size,
    ...rest,
  ];
  const started = await startEngine(rayPython, args, {
    home,
    env: { RAY_AUTH_MODE: 'disabled' },
    url: `${place.dashboard}api/version`,
    isUp: (status) => status === 200,
  });
  const stop = async (): Promise<void> => {
    await started.stop();
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...started, stop, place };
}

/**
 * Runs code in the notebooks' own Python, which has no Ray, told of its cluster as a kernel is. Answers the lines that were
 * printed, Ray's own among them; throws with what went wrong.
 */
export function runWithRay(
  code: string,
  place: ClusterPlace,
  keys: ClusterKeys,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { environment, line } = clusterManifests.ray.bind(place, keys);
  const packages = JSON.stringify(keys.packages ?? rayPackages);
  const begin = ['import sys, time', `sys.path.append(${packages})`, 'import ray', line];
  return new Promise((resolve, reject) => {
    const child = spawn(engineProgram('python', 'python'), ['-I', '-c', [...begin, code].join('\n')], {
      env: { ...process.env, ...environment, ...more },
    });
    let [out, trouble] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve(out.trim().split('\n'));
      else reject(new Error(trouble.slice(-4_000)));
    });
  });
}
