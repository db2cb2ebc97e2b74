import { fault, type Fault } from '#lib/core/fault.ts';

type Topic = 'complete' | 'inspect' | 'history';
type Line = { next: (() => void) | null; superseded: (() => void) | null };

/**
 * One question in flight per page and topic. While it is on its way the newest of those that follow waits; the others are
 * answered at once that they were superseded. Keys that are hit faster than a kernel answers never pile up in it.
 */
export class NewestFirst {
  readonly #lines = new Map<string, Map<Topic, Line>>();

  async ask<Answer>(client: string, topic: Topic, ask: () => Promise<Answer>): Promise<Answer | Fault> {
    const lines = this.#lines.get(client) ?? new Map<Topic, Line>();
    this.#lines.set(client, lines);
    const line = lines.get(topic);
    if (line !== undefined && !(await turnOf(line))) return superseded();
    const own = line ?? { next: null, superseded: null };
    lines.set(topic, own);
    try {
      return await ask();
    } finally {
      const next = own.next;
      own.next = null;
      own.superseded = null;
      if (next === null) lines.delete(topic);
      else next();
    }
  }

  /** The page is gone: what it waits for is not asked any more. */
  forget(client: string): void {
    for (const line of this.#lines.get(client)?.values() ?? []) line.superseded?.();
    this.#lines.delete(client);
  }
}

/** Resolves to whether it is this one's turn now; false once a newer one waits in its place. */
function turnOf(line: Line): Promise<boolean> {
  line.superseded?.();
  return new Promise((resolve) => {
    line.next = () => resolve(true);
    line.superseded = () => {
      line.next = null;
      resolve(false);
    };
  });
}

const superseded = () => fault('kernel.superseded', 'A newer question took the place of this one.');
