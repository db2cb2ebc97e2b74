import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What Farfield has inside Python kernels is written as a package of Python files, `source/`, and travels as one text: a kernel
 * elsewhere has none of our files. `agent.py` says what it is, answers the server and joins the parts; read it first, then
 *
 *     binding.py        the cluster of the kernel, with reach.py, stays.py and dask_settings.py
 *     cells.py          which cell runs, what is reported of it, with usage.py
 *     engine.py         what an engine is asked, which dask.py, spark.py, spark_connect.py and ray.py answer
 *     quietly.py        how all of it fails
 *
 * A file imports what it uses of the others by `from .file import name`, in one line. Joined, all names are in one module: no two
 * files may give the same one.
 */
export const agentFiles = [
  'quietly',
  'reach',
  'stays',
  'dask_settings',
  'binding',
  'usage',
  'engine',
  'cells',
  'dask',
  'spark',
  'spark_connect',
  'ray',
  'agent',
] as const;

export const agentFolder = join(import.meta.dirname, 'source');

/** The files as one text, without what they import of each other. */
export function joinAgentSource(): string {
  return agentFiles
    .map((name) => readFileSync(join(agentFolder, `${name}.py`), 'utf8').replaceAll(/^from \.\w+ import .*\n/gm, ''))
    .join('\n\n');
}
