import type { Cluster } from '#lib/core/cluster/state.ts';

/** How often a cluster is asked while somebody looks at it, and while only we have to know. */
export const watchedEveryMs = 1_000;
export const neededEveryMs = 10_000;
/** Once for each look or two at a list, as long as somebody has it open. */
export const listedEveryMs = 5_000;
const slowestMs = 60_000;
/** Timers come a little early. */
const slackMs = 100;

/** Who wants to know of a cluster. `listed`: somebody has a list open that it is in. */
export type Interest = { readonly watched: boolean; readonly listed: boolean; readonly bound: boolean };

/**
 * How often a cluster is asked about its work; null: never. One that others run is asked only for somebody who looks at it
 * or works with it; one of ours also where it is to be stopped for want of use.
 */
export function askedEvery({ state, origin, idle }: Cluster, { watched, listed, bound }: Interest): number | null {
  if (state !== 'ready' && state !== 'unreachable') return null;
  // What was announced to end is not ended on figures that are old.
  if (watched || idle.end !== null) return watchedEveryMs;
  if (listed) return listedEveryMs;
  return bound || (origin === 'launched' && idle.minutes !== null) ? neededEveryMs : null;
}

/** The turns at which one cluster is asked: one question at a time, and ever more seldom while it does not answer. */
export class Pace {
  #askedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #asking: Promise<void> | null = null;

  /** Asks when it is time; `ask` says whether there was an answer. Ends when nothing is asked any more. */
  async turn(everyMs: number, now: number, ask: () => Promise<boolean>): Promise<void> {
    const wait = Math.min(everyMs * 2 ** this.#failures, slowestMs);
    if (this.#asking === null && now - this.#askedAt >= wait - slackMs) {
      this.#askedAt = now;
      this.#asking = ask()
        .then((answered) => void (this.#failures = answered ? 0 : this.#failures + 1))
        .finally(() => (this.#asking = null));
    }
    await this.#asking;
  }

  /** It answered elsewhere: nothing speaks against asking it as usual. */
  answered(): void {
    this.#failures = 0;
  }
}
