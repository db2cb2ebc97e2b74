import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inheritedEnvironment } from '#server/process/detached-process.ts';
import type { EngineCommand, EnginePlan } from '../engine.ts';
import { packagesOf } from '../packages.ts';

/** Runs a Spark program as the package of Python brings it, with the Java that was found when it was set up. */

/** Little heap, and what starts soon: these pass no data. */
export const smallJava = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData';

export function sparkCommand(
  plan: EnginePlan,
  program: 'spark-class' | 'spark-submit',
  args: readonly string[],
): EngineCommand {
  const home = join(packagesOf(plan), 'pyspark');
  // Settings that the user has for another cluster must not change this one.
  const kept = Object.entries(inheritedEnvironment(process.env)).filter(([name]) => !/^(PY)?SPARK_/.test(name));
  return {
    program: join(home, 'bin', program),
    args,
    folder: plan.folder,
    env: {
      ...Object.fromEntries(kept),
      ...plan.environment,
      JAVA_HOME: javaOf(plan),
      PYSPARK_PYTHON: plan.python,
      SPARK_HOME: home,
      SPARK_CONF_DIR: settingsOf(plan),
      SPARK_LOCAL_DIRS: scratchOf(plan),
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LAUNCHER_OPTS: smallJava,
    },
  };
}

/** The link that the set-up leaves (server/setup/java.mjs). */
export function javaOf({ python }: EnginePlan): string {
  return join(dirname(dirname(python)), 'java');
}

export function settingsOf({ folder }: EnginePlan): string {
  return join(folder, 'settings');
}

export function scratchOf({ folder }: EnginePlan): string {
  return join(folder, 'scratch');
}

/** A Java that is killed leaves its files: in our folder, which goes with the cluster. */
export function temporaryFiles(plan: EnginePlan): string {
  return `"-Djava.io.tmpdir=${scratchOf(plan)}"`;
}

/** Where a log begins: there it is said where things listen. */
export function readStart(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return ''; // it has not said anything yet
  }
  try {
    const bytes = Buffer.alloc(128 * 1024);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
