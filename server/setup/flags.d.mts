export type Flags = {
  readonly workspaceFolder: string | null;
  readonly port: number;
  readonly portIsExplicit: boolean;
  readonly homeFolder: string;
  readonly host: string;
  readonly open: boolean;
};
export type FlagTrouble = { readonly message: string; readonly hint: string };
export const projectFolder: string;
export const defaultPort: number;
export const serverNodeFlags: readonly string[];
export const usage: string;
export function readFlags(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  folder?: string,
):
  | { readonly value: Flags; readonly help?: never; readonly message?: never }
  | { readonly help: true; readonly value?: never; readonly message?: never }
  | (FlagTrouble & { readonly value?: never; readonly help?: never });
export function homeFolder(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): string;
export function venvsFolder(env: Readonly<Record<string, string | undefined>>): string;
export function socketFolder(wanted: string, nameLength: number): string;
export function controlSocketPath(home: string): string;
