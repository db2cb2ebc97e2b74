import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineCommand, EngineHead, EnginePlan, LocalEngine } from '../engine.ts';
import { packagesOf } from '../packages.ts';
import { readStart, scratchOf, settingsOf, smallJava, sparkCommand, temporaryFiles } from '../spark/program.ts';
import {
  commonSettings,
  driverHeapOf,
  heapOf,
  leastMemoryBytes,
  pageHeaders,
  writeSettings,
} from '../spark/settings.ts';

/**
 * Spark's own master and workers as processes of this machine. Master, workers, executors and drivers know each other by a
 * secret of the cluster and encrypt what they say; their pages are behind its token. A driver runs in its kernel; it gets
 * executors while it has work, so that several notebooks take turns.
 */

const askLimitMs = 5_000;

const listening = /Starting Spark master at (spark:\/\/\S+)/;
const showing = /Bound MasterWebUI to \S+,? and started at (http:\/\/[\w.:]+)/;
const master = z.object({
  workers: z.array(z.object({ id: z.string(), state: z.string() })),
});

export const sparkStandaloneEngine: LocalEngine = {
  label: 'Spark',
  environment: 'spark',
  headName: 'master',
  leastMemoryBytes,
  prepare: (plan) => {
    rmSync(join(plan.folder, 'master.log'), { force: true });
    writeSettings(plan, {
      ...commonSettings(plan),
      'spark.network.crypto.enabled': true,
      // Else it takes work from whoever asks, on a port of its own.
      'spark.master.rest.enabled': false,
      'spark.master.ui.decommission.allow.mode': 'DENY',
      'spark.local.dir': scratchOf(plan),
      'spark.driver.memory': driverHeapOf(plan),
      'spark.executor.memory': heapOf(plan),
      'spark.executor.cores': plan.size.threads,
      'spark.executor.extraJavaOptions': `-XX:+UseSerialGC -XX:-UsePerfData ${temporaryFiles(plan)}`,
      'spark.dynamicAllocation.enabled': true,
      // An executor that is idle goes to the next application, with what it has shuffled.
      'spark.dynamicAllocation.shuffleTracking.enabled': true,
      'spark.dynamicAllocation.shuffleTracking.timeout': '60s',
    });
  },
  head: (plan) => daemon(plan, 'master.Master', []),
  readHead: (plan) => {
    const log = readStart(join(plan.folder, 'master.log'));
    const address = listening.exec(log)?.[1];
    const dashboard = showing.exec(log)?.[1];
    if (address === undefined || dashboard === undefined) return null;
    return {
      place: { address, dashboard: `${dashboard}/` },
      keys: { settings: settingsOf(plan), packages: packagesOf(plan), python: plan.python },
      headers: pageHeaders(plan),
    };
  },
  worker: (plan, head, name, { threads, memoryBytes }) => {
    const folder = join(plan.folder, name);
    const sizes = ['--cores', String(threads), '--memory', `${Math.floor(memoryBytes / 1024 / 1024)}M`];
    const command = daemon(plan, 'worker.Worker', ['--work-dir', folder, ...sizes, head.place.address]);
    return { ...command, folder, env: { ...command.env, SPARK_WORKER_OPTS: `-Dspark.worker.idPattern=${name}` } };
  },
  workersOf: async (head) => {
    const workers = await ask(head);
    return workers?.filter(({ state }) => state === 'ALIVE').map(({ id }) => id) ?? null;
  },
  // Its own way (decommissioning) is slow, and in vain: when a worker goes, what all workers of its host have shuffled is
  // computed anew.
  retire: async () => null,
};

function daemon(plan: EnginePlan, name: string, args: readonly string[]): EngineCommand {
  const places = ['--host', '127.0.0.1', '--port', '0', '--webui-port', '0'];
  const command = sparkCommand(plan, 'spark-class', [`org.apache.spark.deploy.${name}`, ...places, ...args]);
  const java = { SPARK_DAEMON_MEMORY: '192m', SPARK_DAEMON_JAVA_OPTS: `${smallJava} ${temporaryFiles(plan)}` };
  return { ...command, env: { ...command.env, ...java } };
}

async function ask({ place, headers }: EngineHead): Promise<z.infer<typeof master>['workers'] | null> {
  try {
    const signal = AbortSignal.timeout(askLimitMs);
    const reply = await fetch(new URL('json/', place.dashboard), { headers, redirect: 'manual', signal });
    return master.parse(await reply.json()).workers;
  } catch {
    return null; // not listening yet, or gone, or silent: the caller looks at the process
  }
}
