import type { CellType } from '#lib/core/notebook/model.ts';
import type { HoldReason } from '#lib/core/session/event.ts';
import type { RunState } from '#lib/core/session/state.ts';
import { clock, counted } from '#components/ui/measure-words.ts';

/** The words of the notebook screen: times, states. Pure, so that they can be tested. */

export type SaveWords = {
  readonly status: 'saved' | 'saving' | 'unsaved' | 'error';
  readonly since: number | null;
  readonly reason: string | null;
};

/** The save state as a sentence; it is never better than the truth. */
export function describeSave(save: SaveWords, offline: boolean, now: number): string {
  if (offline) return save.status === 'saved' ? 'offline' : 'offline: edits are kept in this tab';
  const since = save.since === null ? '' : ` since ${clock(save.since, now)}`;
  switch (save.status) {
    case 'saved':
      return save.since === null ? 'saved' : `saved ${clock(save.since, now)}`;
    case 'saving':
      return 'saving…';
    case 'unsaved':
      return `not saved${since}${save.reason === null ? '' : `: ${save.reason}`}`;
    case 'error':
      return `not saved${since}: ${save.reason ?? 'the last save failed'}`;
  }
}

/** Why nothing that waits starts, and how much of it there is. */
export function describeHold(why: HoldReason, waiting: number): string {
  if (waiting === 0) return 'The queue is held: cells that you run wait until you continue.';
  const held = `${counted(waiting, 'waiting cell')} ${waiting === 1 ? 'is' : 'are'} held`;
  return why === 'interrupted' ? `Interrupted. ${held}.` : `${held}.`;
}

/** `data-run-state` knows six states; a run whose end was never heard of counts as an error. */
export function runStateHook(state: RunState): Exclude<RunState, 'lost'> {
  return state === 'lost' ? 'error' : state;
}

/** What the live region says when a run ends. */
export function describeRunEnd(number: number, state: RunState): string | null {
  switch (state) {
    case 'ok':
      return `Cell ${number} finished.`;
    case 'error':
      return `Cell ${number} failed.`;
    case 'cancelled':
      return `Cell ${number} was cancelled.`;
    case 'lost':
      return `Cell ${number}: its end is not known.`;
    case 'idle':
    case 'queued':
    case 'running':
      return null;
  }
}

/** What a cell is called, by its type. */
export const cellTypeNames: Readonly<Record<CellType, string>> = {
  code: 'Code cell',
  markdown: 'Markdown cell',
  raw: 'Raw cell',
  unknown: 'Cell of an unknown type',
};
