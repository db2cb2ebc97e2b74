import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { projectFolder, readFlags, usage, venvsFolder } from './setup/flags.mjs';

/** What the server was told: argv and environment, parsed once at start. Everything else takes it from here. */
export type Config = {
  /** Absolute. Exists, except for the default one before its first use. */
  readonly workspaceFolder: string;
  /** No DIR was given: the folder is made and seeded from `examples/` when it is missing. */
  readonly workspaceIsDefault: boolean;
  readonly port: number;
  readonly host: string;
  /** Private state of this server: documents' logs, database, keys, gateway. Absolute. */
  readonly homeFolder: string;
  /** Holds the Python environments `gateway` and `python`. Absolute. */
  readonly venvsFolder: string;
  readonly projectFolder: string;
  /** Open a browser when ready. */
  readonly open: boolean;
  /** Private networks (CIDR) whose gateways may be reached: FARFIELD_ALLOWED_NETWORKS. */
  readonly allowedNetworks: readonly string[];
  /** Bytes of a cell's outputs in its file, above which they are cut there: FARFIELD_CELL_OUTPUT_MB. */
  readonly outputLimit: number;
};

/** As of most notebooks that are kept under version control; the whole stays on the server. */
export const defaultOutputLimit = 10 * 1024 * 1024;

/** A wrong flag or folder is `request.invalid` with the sentence to print; the caller exits with 2. */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  folder?: string,
): Config | Fault {
  const flags = readFlags(argv, env, folder);
  if (flags.help === true) return fault('request.invalid', usage);
  if (flags.message !== undefined) return fault('request.invalid', flags.message, flags.hint);
  const allowedNetworks = readNetworks(env['FARFIELD_ALLOWED_NETWORKS']);
  if (isFault(allowedNetworks)) return allowedNetworks;
  const outputLimit = readMegabytes(env['FARFIELD_CELL_OUTPUT_MB']);
  if (isFault(outputLimit)) return outputLimit;
  return {
    ...flags.value,
    allowedNetworks,
    outputLimit,
    workspaceFolder: flags.value.workspaceFolder ?? join(projectFolder, 'workspace'),
    workspaceIsDefault: flags.value.workspaceFolder === null,
    venvsFolder: venvsFolder(env),
    projectFolder,
  };
}

function readNetworks(text: string | undefined): readonly string[] | Fault {
  const ranges = (text ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '');
  const wrong = ranges.find((range) => !ipaddr.isValidCIDR(range));
  if (wrong === undefined) return ranges;
  return fault(
    'request.invalid',
    `FARFIELD_ALLOWED_NETWORKS: “${wrong}” is not a network.`,
    'Write networks as 10.0.0.0/8,192.168.1.0/24',
  );
}

function readMegabytes(text: string | undefined): number | Fault {
  if (text === undefined || text === '') return defaultOutputLimit;
  const count = Number(text);
  if (count >= 0.1 && count <= 256) return Math.round(count * 1024 * 1024);
  return fault('request.invalid', `FARFIELD_CELL_OUTPUT_MB: “${text}” is not a size.`, 'Write 0.1 to 256 (megabytes).');
}
