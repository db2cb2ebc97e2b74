import { cellId, type CellId } from '#lib/core/ids.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookCommands } from './notebook-commands.ts';
import { shownCellsOf } from './shown-cells.ts';

/** The mouse drags after so much way, px; a finger after so much rest, ms, within so much way. */
const slop = 4;
const longPress = 350;
const restingSlop = 10;
/** So near an edge the list scrolls, px, at most so fast, px per frame. */
const edge = 64;
const fastest = 24;

/** Where dragged cells would go, and where the line that shows it stands, in client pixels. */
export type DropPlace = {
  /** The shown cell that would follow them; null: they come last. */
  readonly before: CellId | null;
  readonly top: number;
  readonly left: number;
  readonly width: number;
};

/** What is dragged now; null: nothing. `place` is null until there is one. */
export type Drag = { readonly ids: readonly CellId[]; readonly place: DropPlace | null };

/**
 * Moves cells with the pointer, from their handles. Works on the cells that are in the page: where the pointer is, they
 * are. Owns the drag from the press to the drop; Escape ends it without a change.
 */
export class CellDrag {
  readonly #document: NotebookDocument;
  readonly #commands: NotebookCommands;
  readonly #listeners = new Set<() => void>();
  #drag: Drag | null = null;
  #end: (() => void) | null = null;

  constructor(document: NotebookDocument, commands: NotebookCommands) {
    this.#document = document;
    this.#commands = commands;
  }

  readonly get = (): Drag | null => this.#drag;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** A press on the handle of a cell. */
  press(event: PointerEvent, id: CellId, handle: HTMLElement): void {
    const scroller = handle.closest<HTMLElement>('[data-notebook-scroller]');
    if (event.button !== 0 || scroller === null) return;
    this.#end?.();
    const start = { x: event.clientX, y: event.clientY };
    let pointer = start;
    let frame = 0;
    const finger = event.pointerType === 'touch';
    // Frames of outputs would swallow the moves.
    handle.setPointerCapture(event.pointerId);
    const look = () => {
      scroller.scrollTop += pull(pointer.y, scroller.getBoundingClientRect());
      this.#set({ ids: this.#drag?.ids ?? [], place: this.#placeAt(pointer.y, scroller) });
      frame = requestAnimationFrame(look);
    };
    const begin = () => {
      if (!this.#commands.selecting.chosen().includes(id)) this.#commands.selecting.activate(id);
      this.#set({ ids: this.#commands.selecting.concerned(), place: null });
      look();
    };
    const pressed = finger ? setTimeout(begin, longPress) : undefined;
    const move = (moved: PointerEvent) => {
      pointer = { x: moved.clientX, y: moved.clientY };
      const way = Math.hypot(pointer.x - start.x, pointer.y - start.y);
      if (this.#drag !== null) return;
      if (!finger && way > slop) begin();
      if (finger && way > restingSlop) end();
    };
    const drop = () => {
      const dropped = this.#drag;
      end();
      if (dropped === null) this.#commands.selecting.activate(id);
      else if (dropped.place !== null) this.#commands.editing.moveTo(dropped.ids, this.#behind(dropped.place));
    };
    const cancel = (key: KeyboardEvent) => {
      if (key.key !== 'Escape') return;
      key.preventDefault();
      key.stopPropagation();
      end();
    };
    const end = () => {
      this.#end = null;
      clearTimeout(pressed);
      cancelAnimationFrame(frame);
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', drop);
      window.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', cancel, { capture: true });
      this.#set(null);
    };
    this.#end = end;
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', drop);
    window.addEventListener('pointercancel', end);
    window.addEventListener('keydown', cancel, { capture: true });
  }

  /** Ends a drag that is under way, without a change. */
  stop(): void {
    this.#end?.();
  }

  /** The cell of the document behind which the dropped ones go; null: first. */
  #behind({ before }: DropPlace): CellId | null {
    const ids = this.#document.cellIds();
    return (before === null ? ids.at(-1) : ids[ids.indexOf(before) - 1]) ?? null;
  }

  #placeAt(y: number, scroller: HTMLElement): DropPlace | null {
    const frames = [...scroller.querySelectorAll<HTMLElement>('[data-cell-id]')];
    const at = frames.findIndex((frame) => {
      const { top, height } = frame.getBoundingClientRect();
      return y < top + height / 2;
    });
    const frame = frames[at] ?? frames.at(-1);
    const name = frame?.dataset['cellId'];
    if (frame === undefined || name === undefined) return null;
    const { top, bottom, left, width } = frame.getBoundingClientRect();
    if (at >= 0) return { before: cellId(name), top, left, width };
    const shown = shownCellsOf(this.#document).get();
    return { before: shown[shown.indexOf(cellId(name)) + 1] ?? null, top: bottom, left, width };
  }

  #set(drag: Drag | null): void {
    const before = this.#drag;
    const same =
      before?.ids === drag?.ids &&
      before?.place?.before === drag?.place?.before &&
      before?.place?.top === drag?.place?.top;
    this.#drag = drag;
    if (!same || (before === null) !== (drag === null)) for (const listener of Array.from(this.#listeners)) listener();
  }
}

/** How far the list scrolls in this frame when the pointer is at `y`: faster the nearer it is to an edge. */
export function pull(y: number, { top, bottom }: { readonly top: number; readonly bottom: number }): number {
  const above = top + edge - y;
  const below = y - (bottom - edge);
  const share = Math.min(1, Math.max(above, below, 0) / edge);
  return (above > below ? -1 : 1) * Math.round(share * fastest);
}
