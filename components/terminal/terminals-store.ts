import { AskedStore } from '#lib/client/asked-store.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { terminalPath } from '#lib/core/terminal/terminal-path.ts';
import type { TerminalView } from '#lib/protocol/http/terminals.ts';

export type TerminalsState = {
  /** null until the first answer. */
  readonly terminals: readonly TerminalView[] | null;
  /** Of gateways that could not be asked, by their label. */
  readonly faults: readonly { readonly gatewayLabel: string; readonly fault: Fault }[];
};

/** The terminals of all gateways. */
export const terminals = new AskedStore<TerminalsState>({
  nothing: { terminals: null, faults: [] },
  news: 'terminals.changed',
  // Terminals that others opened are seen by asking alone.
  pause: 20_000,
  ask: async (call) => {
    const answer = await call('listTerminals');
    if (isFault(answer)) return (before) => before;
    const sorted = answer.terminals.toSorted((a, b) =>
      terminalPath(a).localeCompare(terminalPath(b), undefined, { numeric: true }),
    );
    return () => ({ terminals: sorted, faults: answer.faults });
  },
});
