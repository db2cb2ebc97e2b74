import type { CellId } from '#lib/core/ids.ts';

/** Somebody else who has the notebook open, as awareness tells it. Everything in it was written by another browser. */
export type Peer = {
  readonly client: number;
  readonly name: string;
  readonly color: PeerColor;
  readonly cellId: CellId | null;
};

export const peerColors = ['violet', 'green', 'amber', 'accent', 'red', 'grey'] as const;
export type PeerColor = (typeof peerColors)[number];

export type PeerCursor = { readonly cellId: CellId; readonly anchor: unknown; readonly head: unknown };

type AwarenessState = { readonly [key: string]: unknown };

export function peerOf(client: number, state: AwarenessState): Peer {
  const user = record(state['user']);
  const name = user?.['name'];
  return {
    client,
    name: typeof name === 'string' && name.trim() !== '' ? name.slice(0, 40) : 'somebody',
    color: peerColors[client % peerColors.length] ?? 'grey',
    cellId: cursorOf(state)?.cellId ?? null,
  };
}

/** The caret of a browser, or null when it has none or says something else. */
export function cursorOf(state: AwarenessState): PeerCursor | null {
  const cursor = record(state['cursor']);
  const id = cursor?.['cellId'];
  if (cursor === null || typeof id !== 'string') return null;
  return { cellId: id as CellId, anchor: cursor['anchor'], head: cursor['head'] };
}

/** The others in a stable order: one entry for each browser tab. */
export function peersOf(states: ReadonlyMap<number, AwarenessState>, own: number): readonly Peer[] {
  return [...states]
    .filter(([client]) => client !== own)
    .map(([client, state]) => peerOf(client, state))
    .toSorted((one, other) => one.client - other.client);
}

function record(value: unknown): AwarenessState | null {
  return typeof value === 'object' && value !== null ? (value as AwarenessState) : null;
}
