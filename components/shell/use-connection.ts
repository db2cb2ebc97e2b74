import { useSyncExternalStore } from 'react';
import { connection, type Refusal } from '#lib/client/connection.ts';
import type { ConnectionStatus } from '#lib/client/connection-port.ts';

const subscribe = (listener: () => void) => connection().onStatus(listener);

export function useConnectionStatus(): ConnectionStatus {
  return useSyncExternalStore(
    subscribe,
    () => connection().status(),
    () => 'connecting',
  );
}

/** Why the server turned this page away for good; null while it did not. */
export function useRefusal(): Refusal | null {
  return useSyncExternalStore(
    subscribe,
    () => connection().refusal(),
    () => null,
  );
}
