import type { RenderedHead } from '#lib/core/render/rendered-head.ts';

/**
 * The only door from the pages to the server. Next bundles the pages apart, so a module of ours exists twice in the
 * process: what is shared lies in one slot of `globalThis`, put there by services.ts. This file holds the type and the
 * slot and nothing else: what it imports would be bundled into the pages.
 */
export type Bridge = {
  /**
   * Begins to open a notebook and answers its first cells; null when there is nothing to show of it (yet, or for whoever
   * asks): the page then says by itself what it finds.
   */
  readonly notebookHead: (path: string, request: PageRequest) => Promise<RenderedHead | null>;
};

/** Who asks for a page: the rights are looked up anew behind the door. */
export type PageRequest = { readonly cookie: string | null };

const slot = Symbol.for('farfield.bridge');
type Place = { [slot]?: Bridge | undefined };

export function installBridge(bridge: Bridge): void {
  (globalThis as Place)[slot] = bridge;
}

/** Null while the pages are being built, when there is no server behind them. */
export function bridge(): Bridge | null {
  return (globalThis as Place)[slot] ?? null;
}
