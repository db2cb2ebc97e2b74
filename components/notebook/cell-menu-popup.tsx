'use client';
import { useSyncExternalStore } from 'react';
import { FloatingMenu } from '#components/ui/menu.tsx';
import { useNotebook } from './notebook-context.ts';
import { cellMenu } from './notebook-menus.ts';

/** The menu of the selected cells, where a right click, the menu key or the button of a cell opened it. */
export function CellMenuPopup() {
  const { commands, menu } = useNotebook();
  const point = useSyncExternalStore(menu.subscribe, menu.get, closed);
  if (point === null) return null;
  return <FloatingMenu point={point} entries={cellMenu(commands)} label="Cell" onClose={() => menu.set(null)} />;
}

const closed = () => null;
