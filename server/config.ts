import { join } from 'node:path';
import { fault, type Fault } from '#lib/core/fault.ts';
import { projectFolder, readFlags, usage, venvsFolder } from './setup/flags.mjs';

/** What the server was told: argv and environment, parsed once at start. Everything else takes it from here. */
export type Config = {
  /** Absolute. Exists, except for the default one before its first use. */
  readonly workspaceFolder: string;
  /** No DIR was given: the folder is made and seeded from `examples/` when it is missing. */
  readonly workspaceIsDefault: boolean;
  readonly port: number;
  /** false: when the port is taken, the next free one will do and nobody is surprised. */
  readonly portIsExplicit: boolean;
  readonly host: string;
  /** Private state of this server: documents' logs, database, keys, gateway. Absolute. */
  readonly homeFolder: string;
  /** Holds the Python environments `gateway` and `python`. Absolute. */
  readonly venvsFolder: string;
  readonly projectFolder: string;
  /** Open a browser when ready. */
  readonly open: boolean;
};

/** A wrong flag or folder is `request.invalid` with the sentence to print; the caller exits with 2. */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  folder?: string,
): Config | Fault {
  const flags = readFlags(argv, env, folder);
  if (flags.help === true) return fault('request.invalid', usage);
  if (flags.message !== undefined) return fault('request.invalid', flags.message, flags.hint);
  return {
    ...flags.value,
    workspaceFolder: flags.value.workspaceFolder ?? join(projectFolder, 'workspace'),
    workspaceIsDefault: flags.value.workspaceFolder === null,
    venvsFolder: venvsFolder(env),
    projectFolder,
  };
}
