import { randomUUID } from 'node:crypto';

/** All that a session host does to the world besides its gateway and its journal. */
export type SessionEffects = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that only goes forward: for waiting, whatever is done to the other one. */
  readonly ticks: () => number;
  readonly randomId: () => string;
  /** Runs `then` once after `ms`; the returned function calls it off. */
  readonly after: (ms: number, then: () => void) => () => void;
  /** One line for the operator. */
  readonly report: (problem: string) => void;
};

export const realEffects: SessionEffects = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  randomId: () => randomUUID(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  report: (problem) => console.error(problem),
};
