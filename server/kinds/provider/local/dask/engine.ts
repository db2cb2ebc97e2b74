import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fault, type Fault } from '#lib/core/fault.ts';
import { inheritedEnvironment } from '#server/process/detached-process.ts';
import type { EngineHead, EnginePlan, LocalEngine } from '../engine.ts';
import { packagesOf } from '../packages.ts';

/**
 * Dask as processes of this machine: `dask scheduler` and one `dask worker` each. All of them talk TLS with a certificate
 * that is made for the cluster, and the scheduler's pages are behind its token; `/sitemap.json`, the list of their names, stays
 * open to whoever is on this machine. Workers show no pages.
 */

const askLimitMs = 5_000;
/** What a worker holds is copied to the others before it goes. */
const retireLimitMs = 120_000;

/** As the scheduler writes it when it listens. */
const schedulerFile = z.object({ address: z.string(), services: z.object({ dashboard: z.number().int() }) });
const identity = z.object({ workers: z.record(z.string(), z.object({ name: z.union([z.string(), z.number()]) })) });

export const daskEngine: LocalEngine = {
  label: 'Dask',
  environment: 'dask',
  headName: 'scheduler',
  // Python with distributed, NumPy and pandas takes some 150 MB; its workers begin to pause at 80 % of their limit.
  leastMemoryBytes: 256_000_000,
  prepare: ({ folder, token }) => {
    rmSync(join(folder, 'scheduler.json'), { force: true });
    writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  },
  head: (plan) => ({
    program: plan.python,
    args: [
      // -B: nothing is written beside our own files.
      '-I',
      '-B',
      join(import.meta.dirname, 'start_scheduler.py'),
      '--host=127.0.0.1',
      '--protocol=tls',
      '--port=0',
      '--dashboard-address=127.0.0.1:0',
      '--no-dashboard',
      '--scheduler-file=scheduler.json',
      ...tlsOptions(plan),
    ],
    folder: plan.folder,
    env: environmentOf(plan),
  }),
  readHead: (plan) => {
    const read = schedulerFile.safeParse(readJson(join(plan.folder, 'scheduler.json')));
    if (!read.success) return null;
    const { address, services } = read.data;
    const { certificate, key } = filesOf(plan);
    return {
      place: { address, dashboard: `http://127.0.0.1:${services.dashboard}/` },
      keys: { files: { authority: certificate, certificate, key }, packages: packagesOf(plan) },
      headers: { Authorization: `Bearer ${plan.token}` },
    };
  },
  worker: (plan, head, name, size) => ({
    program: plan.python,
    args: [
      '-I',
      '-m',
      'distributed.cli.dask_worker',
      head.place.address,
      '--host=127.0.0.1',
      '--protocol=tls',
      `--name=${name}`,
      `--nthreads=${size.threads}`,
      `--memory-limit=${size.memoryBytes}`,
      `--local-directory=${join(plan.folder, name)}`,
      '--no-dashboard',
      // Without a page to show, a worker listens at an address for pages all the same: on all networks, unless it is told.
      '--dashboard-address=127.0.0.1:0',
      // One that finds no scheduler for so long ends by itself.
      '--death-timeout=60',
      ...tlsOptions(plan),
    ],
    folder: join(plan.folder, name),
    env: environmentOf(plan),
  }),
  workersOf: async (head) => {
    const workers = await identify(head);
    return workers === null ? null : Object.values(workers).map(({ name }) => String(name));
  },
  retire: async (head, names) => {
    const workers = await identify(head);
    const leaving = Object.entries(workers ?? {}).flatMap(([id, { name }]) =>
      names.includes(String(name)) ? [id] : [],
    );
    if (leaving.length === 0) return null;
    const body = JSON.stringify({ workers: leaving });
    const reply = await ask(head, 'api/v1/retire_workers', retireLimitMs, { method: 'POST', body });
    if (reply?.ok !== true) return stays(names);
    // It answers those that it could free; what holds the only copy of a result that fits nowhere else stays.
    const left = (await daskEngine.workersOf(head)) ?? [];
    const staying = names.filter((name) => left.includes(name));
    return staying.length === 0 ? null : stays(staying);
  },
};

function stays(names: readonly string[]): Fault {
  return fault(
    'cluster.busy',
    `The scheduler could not free ${names.join(', ')} of what they hold.`,
    'Wait until less runs, or free results that are no longer needed.',
  );
}

async function identify(head: EngineHead): Promise<z.infer<typeof identity>['workers'] | null> {
  const reply = await ask(head, 'json/identity.json', askLimitMs);
  if (reply?.ok !== true) return null;
  return identity.safeParse(await reply.json().catch(() => null)).data?.workers ?? null;
}

async function ask(head: EngineHead, path: string, limitMs: number, init: RequestInit = {}): Promise<Response | null> {
  try {
    return await fetch(new URL(path, head.place.dashboard), {
      ...init,
      headers: head.headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
  } catch {
    return null; // not listening yet, or gone, or silent: the caller looks at the process
  }
}

function filesOf({ folder }: EnginePlan): { readonly certificate: string; readonly key: string } {
  return { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
}

function tlsOptions(plan: EnginePlan): readonly string[] {
  const { certificate, key } = filesOf(plan);
  return [`--tls-ca-file=${certificate}`, `--tls-cert=${certificate}`, `--tls-key=${key}`];
}

function environmentOf(plan: EnginePlan): Record<string, string> {
  // Settings that the user has for another cluster must not change this one.
  const kept = Object.entries(inheritedEnvironment(process.env)).filter(([name]) => !name.startsWith('DASK_'));
  return {
    ...Object.fromEntries(kept),
    DASK_DISTRIBUTED__WORKER__HTTP__ROUTES: '[]',
    // Where the scheduler writes: else a folder that all of this machine share, in which a killed one leaves its own.
    DASK_TEMPORARY_DIRECTORY: plan.folder,
    ...plan.environment,
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return null; // not there, or half written
  }
}
