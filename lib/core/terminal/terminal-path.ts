import { gatewayId, terminalName, type GatewayId, type TerminalName } from '#lib/core/ids.ts';

/** One terminal of one gateway. */
export type TerminalAddress = { readonly gatewayId: GatewayId; readonly name: TerminalName };

/**
 * How a terminal is named among the documents of the layout. Paths of files have no slash at their beginning, so that no
 * file is ever taken for one.
 */
export function terminalPath(address: TerminalAddress): string {
  return `/t/${address.gatewayId}/${address.name}`;
}

/** The terminal that a document of the layout is; null for files. */
export function terminalOf(path: string): TerminalAddress | null {
  const [, gateway, name] = /^\/t\/([^/]{1,128})\/(\w{1,64})$/.exec(path) ?? [];
  return gateway === undefined || name === undefined
    ? null
    : { gatewayId: gatewayId(gateway), name: terminalName(name) };
}

/** A name that no shell on the gateway had before, so that a tab never shows another one than it was opened for. */
export function newTerminalName(number: number, random: string): TerminalName {
  return terminalName(`t${number}_${random}`);
}

/** The number of a terminal that was opened here; of others the name that they have. */
export function terminalNumber(name: TerminalName): string {
  return /^t(\d{1,6})_/.exec(name)?.[1] ?? name;
}

/** The lowest number that none of the names has. */
export function freeNumber(names: readonly TerminalName[]): number {
  const taken = new Set(names.map(terminalNumber));
  let number = 1;
  while (taken.has(String(number))) number += 1;
  return number;
}
