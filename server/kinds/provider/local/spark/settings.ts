import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnginePlan } from '../engine.ts';
import { javaOf, scratchOf, settingsOf, temporaryFiles } from './program.ts';

/** Settings of a Spark cluster of ours: in files of mode 0600 alone, since some are secrets. */

const mebibyte = 1024 * 1024;
/** What a Java of Spark takes beside its heap, and Python beside Java. */
const besideHeap = 256 * mebibyte;
const mostDriverHeap = 1024 * mebibyte;
/** Spark refuses a heap below 450 MiB. */
export const leastMemoryBytes = 768 * mebibyte;

export type Settings = Readonly<Record<string, string | number | boolean>>;

/** Heap of the processes that compute, for what a worker may have in all. */
export function heapOf({ size }: Pick<EnginePlan, 'size'>): string {
  return `${Math.floor((size.memoryBytes - besideHeap) / mebibyte)}m`;
}

/** A driver lies beside the cluster, in the kernel: within what one worker may have, and small. */
export function driverHeapOf({ size }: EnginePlan): string {
  return heapOf({ size: { ...size, memoryBytes: Math.min(size.memoryBytes, mostDriverHeap + besideHeap) } });
}

/** What every process of a cluster of ours is told: a secret by which they know each other, and pages behind the token, from which nothing can be ended. */
export function commonSettings(plan: EnginePlan): Settings {
  return {
    'spark.authenticate': true,
    'spark.authenticate.secret': plan.token,
    'spark.ui.filters': 'org.apache.spark.ui.JWSFilter',
    'spark.org.apache.spark.ui.JWSFilter.param.secretKey': plan.token,
    'spark.ui.killEnabled': false,
    'spark.ui.port': 0,
    'spark.ui.showConsoleProgress': false,
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.extraJavaOptions': `-XX:+UseSerialGC -XX:-UsePerfData ${temporaryFiles(plan)}`,
  };
}

/** Lets us in at the pages (RFC 7515, HMAC with SHA-256). Spark reads the key as base64url. */
export function pageHeaders({ token }: EnginePlan): Readonly<Record<string, string>> {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'farfield' })}`;
  const signature = createHmac('sha256', Buffer.from(token, 'base64url')).update(signed).digest('base64url');
  return { Authorization: `Bearer ${signed}.${signature}` };
}

/** Writes the folder that Spark calls SPARK_CONF_DIR. Whoever works with it listens on loopback as well. */
export function writeSettings(plan: EnginePlan, settings: Settings): void {
  const folder = settingsOf(plan);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  mkdirSync(scratchOf(plan), { recursive: true, mode: 0o700 });
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${escaped(String(value))}\n`);
  writeFileSync(join(folder, 'spark-defaults.conf'), lines.join(''), { mode: 0o600 });
  const shell = [`JAVA_HOME='${javaOf(plan).replaceAll("'", "'\\''")}'`, 'SPARK_LOCAL_IP=127.0.0.1', ''];
  writeFileSync(join(folder, 'spark-env.sh'), shell.join('\n'), { mode: 0o600 });
}

/** As java.util.Properties reads it. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\');
}
