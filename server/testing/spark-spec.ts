import { readdirSync } from 'node:fs';
import { engineFile, engineProgram } from './engine-process.ts';

/** What the driver is submitted to: a Spark in one process with two threads. */
export const sparkMaster = 'local[2]';

/**
 * A kernelspec as Enterprise Gateway ships them for Spark clients: its own launcher is submitted by `spark-submit`, and its
 * process proxy for other machines waits until the driver calls back with the kernel's ports.
 */
export function sparkSpec(): object {
  const lib = engineFile('spark', 'lib');
  const python = readdirSync(lib).find((name) => name.startsWith('python')) ?? '';
  return {
    display_name: 'Spark',
    language: 'python',
    metadata: {
      process_proxy: { class_name: 'enterprise_gateway.services.processproxies.distributed.DistributedProcessProxy' },
    },
    env: {
      SPARK_HOME: `${lib}/${python}/site-packages/pyspark`,
      PYSPARK_PYTHON: engineProgram('spark', 'python'),
      SPARK_LOCAL_IP: '127.0.0.1',
    },
    argv: [
      `${lib}/${python}/site-packages/pyspark/bin/spark-submit`,
      '--master',
      sparkMaster,
      '--conf',
      'spark.ui.enabled=false',
      engineFile('enterprise-gateway', 'launchers/python/scripts/launch_ipykernel.py'),
      '--RemoteProcessProxy.kernel-id',
      '{kernel_id}',
      '--RemoteProcessProxy.response-address',
      '{response_address}',
      '--RemoteProcessProxy.public-key',
      '{public_key}',
      '--RemoteProcessProxy.port-range',
      '{port_range}',
      // Its own way to make a session reads a field that Spark 4 does not have: the notebook makes it.
      '--RemoteProcessProxy.spark-context-initialization-mode',
      'none',
    ],
  };
}
