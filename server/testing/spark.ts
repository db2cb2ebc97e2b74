import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type ClusterKeys,
  type ClusterKind,
  clusterManifests,
  type ClusterPlace,
} from '#lib/kinds/cluster/manifest.ts';
import { engineFile, engineProgram, type EngineProcess, makeEngineHome, startEngine } from './engine-process.ts';
import { freePort } from './jupyter.ts';

export const sparkPython = engineProgram('spark', 'python');
export const sparkPackages = globSync(engineFile('spark', 'lib', 'python3.*', 'site-packages'))[0] ?? '';
export const sparkMemory = 768 * 1024 * 1024;

const sparkHome = path.join(sparkPackages, 'pyspark');
/** As somebody has it who starts Spark by hand. */
const plainEnvironment = {
  SPARK_HOME: sparkHome,
  SPARK_LOCAL_IP: '127.0.0.1',
  JAVA_HOME: engineFile('spark', 'java'),
  PYSPARK_PYTHON: sparkPython,
};

type Plain = EngineProcess & { readonly place: ClusterPlace };

/** A master and one worker as Spark's own scripts start them: no secret, pages for everybody. */
export async function startPlainMaster(): Promise<Plain> {
  const [port, pages] = [await freePort(), await freePort()];
  const place = { address: `spark://127.0.0.1:${port}`, dashboard: `http://127.0.0.1:${pages}/` };
  const home = await makeEngineHome({});
  const program = (name: string): string => `'${sparkHome}/bin/spark-class' org.apache.spark.deploy.${name}`;
  const master = `${program('master.Master')} --host 127.0.0.1 --port ${port} --webui-port ${pages}`;
  const worker = `${program('worker.Worker')} --host 127.0.0.1 --webui-port 0 --cores 2 --memory 1G ${place.address}`;
  const started = await startEngine('/bin/sh', ['-c', `${master} & ${worker} --work-dir '${home}/work'; wait`], {
    home,
    env: {
      ...plainEnvironment,
      SPARK_DAEMON_MEMORY: '192m',
      SPARK_MASTER_OPTS: '-Dspark.master.rest.enabled=false',
      SPARK_LOCAL_DIRS: home,
    },
    url: `${place.dashboard}json/`,
    isUp: (status) => status === 200,
  });
  return { ...started, place };
}

/** A Spark Connect server as its own script starts it, with two threads. */
export async function startPlainConnect(): Promise<Plain> {
  const [port, pages] = [await freePort(), await freePort()];
  const place = { address: `sc://localhost:${port}`, dashboard: `http://127.0.0.1:${pages}/` };
  const home = await makeEngineHome({});
  await mkdir(path.join(home, 'scratch'));
  const settings = [
    'spark.master=local[2]',
    'spark.driver.memory=512m',
    'spark.driver.host=127.0.0.1',
    `spark.ui.port=${pages}`,
    `spark.local.dir=${home}/scratch`,
    'spark.connect.grpc.binding.address=127.0.0.1',
    `spark.connect.grpc.binding.port=${port}`,
  ].flatMap((setting) => ['--conf', setting]);
  const server = ['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer'];
  const started = await startEngine(path.join(sparkHome, 'bin/spark-submit'), [...server, ...settings], {
    home,
    env: plainEnvironment,
    url: `${place.dashboard}connect/`,
    isUp: (status) => status === 200,
  });
  return { ...started, place };
}

/**
 * Runs code in the notebooks' own Python, which has no Spark, told of its cluster as a kernel is. Answers what it printed;
 * throws with what went wrong.
 */
export function runWithSpark(kind: ClusterKind, code: string, place: ClusterPlace, keys: ClusterKeys): Promise<string> {
  const { environment, line } = clusterManifests[kind].bind(place, keys);
  const begin = [
    'import sys, time',
    `sys.path.append(${JSON.stringify(keys.packages ?? sparkPackages)})`,
    'from pyspark.sql import SparkSession',
    `spark = ${line}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(engineProgram('python', 'python'), ['-I', '-c', [...begin, code].join('\n')], {
      env: { ...process.env, ...(keys.settings === undefined ? plainEnvironment : {}), ...environment },
    });
    let [out, trouble] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => (status === 0 ? resolve(out.trim()) : reject(new Error(trouble.slice(-4_000)))));
  });
}
