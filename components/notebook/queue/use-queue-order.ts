import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunId } from '#lib/core/ids.ts';
import { arrangeQueue } from '#lib/core/session/reduce-queue.ts';
import { useNotebook } from '../notebook-context.ts';
import { changedPart } from './move-run.ts';

/** An answer may overtake the events that it is about, which are painted in the next frame. ms */
const paintedSoon = 200;

export type QueueOrder = {
  /** As the person wants it, a moment before the server says so. */
  readonly order: readonly RunId[];
  /** Shows an order without asking for it: during a drag. Null: what is. */
  readonly preview: (order: readonly RunId[] | null) => void;
  readonly settle: (order: readonly RunId[]) => void;
};

/** The order of a queue, with moves that show at once: several keys in a row count from where the last one led. */
export function useQueueOrder(queue: readonly RunId[]): QueueOrder {
  const { commands } = useNotebook();
  const [wanted, setWanted] = useState<readonly RunId[] | null>(null);
  const asked = useRef(0);
  /** Places told that may not be painted yet. */
  const toldPlaces = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const settle = useCallback(
    (order: readonly RunId[]) => {
      setWanted(order);
      clearTimeout(timer.current);
      asked.current += 1;
      const turn = asked.current;
      const told = changedPart(queue, order, toldPlaces.current);
      toldPlaces.current = told.length;
      const sent = told.length === 0 ? Promise.resolve() : commands.queueing.reorder(told);
      void sent.finally(() => {
        timer.current = setTimeout(() => {
          if (turn !== asked.current) return;
          toldPlaces.current = 0;
          setWanted(null);
        }, paintedSoon);
      });
    },
    [commands, queue],
  );
  return { order: wanted === null ? queue : arrangeQueue(queue, wanted), preview: setWanted, settle };
}
