import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EnginePlan } from './engine.ts';

/** Folder of the packages of an engine's own environment, for kernels that have them not. */
export function packagesOf({ python }: Pick<EnginePlan, 'python'>): string {
  const libraries = join(dirname(dirname(python)), 'lib');
  return globSync(join(libraries, 'python3.*', 'site-packages'))[0] ?? join(libraries, 'python3', 'site-packages');
}
