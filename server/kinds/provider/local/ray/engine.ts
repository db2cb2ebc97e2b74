import { createHash } from 'node:crypto';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { inheritedEnvironment } from '#server/process/detached-process.ts';
import type { EngineCommand, EngineHead, EnginePlan, LocalEngine } from '../engine.ts';
import { packagesOf } from '../packages.ts';
import { readStart } from '../spark/program.ts';

/**
 * Ray as processes of this machine: a head that computes nothing, and workers that are nodes of their own. All of it stays on
 * loopback (start_ray.py), and lets in nobody without the token of the cluster, which lies in a file of mode 0600.
 */

const askLimitMs = 5_000;
const mebibyte = 1024 * 1024;
/** Ray refuses a smaller store of objects. */
const leastStoreBytes = 80 * mebibyte;
/** Part of a worker's memory that holds objects, as Ray divides it. */
const storeShare = 0.3;

const showing = /RAY_API_SERVER_ADDRESS='http:\/\/127\.0\.0\.1:(\d+)'/;
const joining = /ray start --address='(127\.0\.0\.1:\d+)'/;
const nodes = z.object({
  data: z.object({ result: z.object({ result: z.array(z.object({ node_name: z.string(), state: z.string() })) }) }),
});

export const rayEngine: LocalEngine = {
  label: 'Ray',
  environment: 'ray',
  headName: 'head',
  // A node has some 320 MB of processes of its own, besides those that compute; its store comes on top.
  leastMemoryBytes: 768 * mebibyte,
  prepare: (plan) => {
    rmSync(join(plan.folder, 'head.log'), { force: true });
    // Fails where somebody else has one of this name.
    mkdirSync(temporaryOf(plan), { mode: 0o700 });
    writeFileSync(join(plan.folder, 'token'), plan.token, { mode: 0o600 });
  },
  ownLogs: temporaryOf,
  // Objects that did not fit into memory may be many.
  ended: (plan) => {
    for (const spilled of globSync(join(temporaryOf(plan), '*', 'session_*', 'ray_spilled_objects*')))
      rmSync(spilled, { recursive: true, force: true, maxRetries: 5 });
  },
  clear: (plan) => rmSync(temporaryOf(plan), { recursive: true, force: true, maxRetries: 5 }),
  head: (plan) =>
    start(plan, 'head', plan.folder, [
      '--head',
      '--port=0',
      '--include-dashboard=true',
      '--dashboard-host=127.0.0.1',
      '--dashboard-port=0',
      '--node-name=head',
      '--num-cpus=0',
      `--object-store-memory=${leastStoreBytes}`,
    ]),
  readHead: (plan) => {
    const log = readStart(join(plan.folder, 'head.log'));
    const [port, address] = [showing.exec(log)?.[1], joining.exec(log)?.[1]];
    if (port === undefined || address === undefined) return null;
    return {
      place: { address, dashboard: `http://127.0.0.1:${port}/` },
      keys: { settings: plan.folder, packages: packagesOf(plan) },
      headers: { Authorization: `Bearer ${plan.token}` },
    };
  },
  worker: (plan, head, name, { threads, memoryBytes }) => {
    const store = Math.max(leastStoreBytes, Math.floor(memoryBytes * storeShare));
    return start(plan, name, join(plan.folder, name), [
      `--address=${head.place.address}`,
      `--node-name=${name}`,
      `--num-cpus=${threads}`,
      `--memory=${memoryBytes - store}`,
      `--object-store-memory=${store}`,
    ]);
  },
  workersOf: async (head) => {
    const found = await ask(head);
    return found?.filter((node) => node.state === 'ALIVE').map((node) => node.node_name) ?? null;
  },
  // What a node held is computed anew where it is asked for; its HTTP server lets nobody drain one.
  retire: async () => null,
};

function start(plan: EnginePlan, name: string, folder: string, args: readonly string[]): EngineCommand {
  const program = join(import.meta.dirname, 'start_ray.py');
  const common = [
    '--block',
    '--node-ip-address=127.0.0.1',
    '--dashboard-agent-listen-port=0',
    '--num-gpus=0',
    // Nodes that share one and start together take each other's sockets.
    `--temp-dir=${join(temporaryOf(plan), name.replace('worker-', ''))}`,
    '--disable-usage-stats',
    '--log-style=record',
    '--log-color=false',
  ];
  // -B: nothing is written beside our own files.
  const all = ['-I', '-B', program, 'start', ...common, ...args];
  return { program: plan.python, args: all, folder, env: environmentOf(plan) };
}

/** Sockets lie there, whose whole names have at most 107 bytes. Nobody can tell the name before it is made. */
function temporaryOf({ token }: Pick<EnginePlan, 'token'>): string {
  return `/tmp/farfield-ray-${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
}

function environmentOf(plan: EnginePlan): Record<string, string> {
  // Settings that the user has for another cluster must not change this one.
  const kept = Object.entries(inheritedEnvironment(process.env)).filter(([name]) => !name.startsWith('RAY_'));
  return {
    ...Object.fromEntries(kept),
    ...plan.environment,
    RAY_AUTH_MODE: 'token',
    RAY_AUTH_TOKEN_PATH: join(plan.folder, 'token'),
    RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '0',
    RAY_USAGE_STATS_ENABLED: '0',
    // Else a second: with it, and the second between two looks, a cell would show its tasks too late.
    RAY_task_events_report_interval_ms: '300',
  };
}

async function ask({ place, headers }: EngineHead): Promise<z.infer<typeof nodes>['data']['result']['result'] | null> {
  try {
    const signal = AbortSignal.timeout(askLimitMs);
    const reply = await fetch(new URL('api/v0/nodes', place.dashboard), { headers, redirect: 'manual', signal });
    return nodes.parse(await reply.json()).data.result.result;
  } catch {
    return null; // not listening yet, or gone, or silent: the caller looks at the process
  }
}
