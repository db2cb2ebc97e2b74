import { createHmac } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnginePlan, LocalEngine } from '../engine.ts';
import { packagesOf } from '../packages.ts';
import { readStart, settingsOf, sparkCommand } from '../spark/program.ts';
import { commonSettings, heapOf, leastMemoryBytes, pageHeaders, writeSettings } from '../spark/settings.ts';

/**
 * A Spark Connect server as one process of this machine, which computes itself with as many threads as it is told. Kernels
 * need its token and no Java. Its pages are behind a key that they do not have.
 */

const listening = /Spark Connect server started at: 127\.0\.0\.1:(\d+)/;
const showing = /Successfully started service 'SparkUI' on port (\d+)/;

export const sparkConnectEngine: LocalEngine = {
  label: 'Spark Connect',
  environment: 'spark',
  headName: 'server',
  leastMemoryBytes,
  prepare: (plan) => {
    rmSync(join(plan.folder, 'server.log'), { force: true });
    writeSettings(plan, {
      ...commonSettings(plan),
      // Its driver and its executor are one process. Encrypted, some first queries stand still for ever:
      // the task holds the lock of its class loader while it waits for a class, and what sends the class would load its cipher by it.
      'spark.network.crypto.enabled': false,
      'spark.master': `local[${plan.size.threads}]`,
      'spark.app.name': 'Spark Connect',
      'spark.driver.memory': heapOf(plan),
      'spark.metrics.conf.driver.source.jvm.class': 'org.apache.spark.metrics.source.JvmSource',
      'spark.connect.grpc.binding.address': '127.0.0.1',
      'spark.connect.grpc.binding.port': 0,
      'spark.connect.authenticate.token': connectToken(plan),
    });
    writeFileSync(join(settingsOf(plan), 'log4j2.properties'), logSettings, { mode: 0o600 });
  },
  head: (plan) =>
    sparkCommand(plan, 'spark-submit', ['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer']),
  readHead: (plan) => {
    const log = readStart(join(plan.folder, 'server.log'));
    const port = listening.exec(log)?.[1];
    const pages = showing.exec(log)?.[1];
    if (port === undefined || pages === undefined) return null;
    return {
      // By this name alone clients send a token without TLS.
      place: { address: `sc://localhost:${port}`, dashboard: `http://127.0.0.1:${pages}/` },
      keys: { token: connectToken(plan), packages: packagesOf(plan) },
      headers: pageHeaders(plan),
    };
  },
  worker: null,
  workersOf: async () => [],
  retire: async () => null,
};

/** Not the key of its pages: kernels have it. */
function connectToken({ token }: EnginePlan): string {
  return createHmac('sha256', token).update('spark.connect.authenticate.token').digest('hex');
}

/** Warnings, and where it listens. */
const logSettings = `rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss} %p %c{1}: %m%n%ex
logger.server.name = org.apache.spark.sql.connect.service.SparkConnectServer
logger.server.level = info
logger.ports.name = org.apache.spark.util.Utils
logger.ports.level = info
`;
