import { useEffect, useRef, useState } from 'react';
import type { RunId } from '#lib/core/ids.ts';
import { moveRun } from './move-run.ts';
import type { QueueOrder } from './use-queue-order.ts';

/** Moves rows of one height with the pointer, from their grips. Escape ends the drag without a change. */
export function useRowDrag({ order, preview, settle }: QueueOrder) {
  const [dragged, setDragged] = useState<RunId | null>(null);
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  const press = (event: React.PointerEvent, id: RunId) => {
    const list = event.currentTarget.closest('ol');
    const row = event.currentTarget.closest('li');
    if (event.button !== 0 || list === null || row === null) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const { height } = row.getBoundingClientRect();
    let latest = order;
    const move = (moved: PointerEvent) => {
      const place = Math.floor((moved.clientY - list.getBoundingClientRect().top) / height);
      latest = moveRun(latest, id, Math.min(place, list.children.length - 1));
      preview(latest);
    };
    const end = () => {
      stop.current = null;
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', drop);
      window.removeEventListener('pointercancel', cancel);
      window.removeEventListener('keydown', keys, { capture: true });
      setDragged(null);
    };
    const drop = () => {
      end();
      settle(latest);
    };
    const cancel = () => {
      end();
      preview(null);
    };
    const keys = (key: KeyboardEvent) => {
      if (key.key !== 'Escape') return;
      key.preventDefault();
      key.stopPropagation();
      cancel();
    };
    stop.current = cancel;
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', drop);
    window.addEventListener('pointercancel', cancel);
    window.addEventListener('keydown', keys, { capture: true });
    setDragged(id);
  };
  return { dragged, press };
}
