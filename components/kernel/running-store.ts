import { AskedStore } from '#lib/client/asked-store.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';

export type RunningState = {
  /** null until the first answer. */
  readonly sessions: readonly SessionView[] | null;
  readonly fault: Fault | null;
};

/** All sessions of the server. */
export const running = new AskedStore<RunningState>({
  nothing: { sessions: null, fault: null },
  news: null,
  pause: 3_000,
  ask: async (call) => {
    const answer = await call('listSessions');
    if (isFault(answer)) return (before) => ({ ...before, fault: answer });
    const sessions = answer.sessions.toSorted((a, b) => a.path.localeCompare(b.path));
    return () => ({ sessions, fault: null });
  },
});
