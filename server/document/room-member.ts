import type { DocumentState } from '#lib/protocol/document-state.ts';

/** Somebody who follows a room, as the room tells them what changes. */
export type RoomMember = {
  updated(update: Uint8Array): void;
  awarenessChanged(update: Uint8Array): void;
  stateChanged(state: DocumentState): void;
};
