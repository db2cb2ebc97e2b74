import type { CellId } from '#lib/core/ids.ts';
import type { PastRun } from '#lib/protocol/http/history.ts';
import { span } from '#components/ui/measure-words.ts';

/** Where it ran: `Python 3 on far`; null where that is not known. */
export function placeWords({ kernelLabel, gatewayLabel }: PastRun): string | null {
  if (kernelLabel === null) return null;
  return gatewayLabel === null ? kernelLabel : `${kernelLabel} on ${gatewayLabel}`;
}

/** `4.2 s, waited 340 ms`; a wait that nobody noticed is left out. */
export function timeWords({ queuedAt, startedAt, finishedAt }: PastRun): string {
  const waited = (startedAt ?? finishedAt ?? queuedAt) - queuedAt;
  const wait = waited >= 100 ? `waited ${span(waited)}` : null;
  const ran = startedAt === null || finishedAt === null ? null : span(finishedAt - startedAt);
  return [ran, wait].filter((words) => words !== null).join(', ');
}

/** `Cell 3`, by its place today. */
export function cellWords(id: CellId, places: ReadonlyMap<CellId, number>): string {
  const at = places.get(id);
  return at === undefined ? 'A deleted cell' : `Cell ${at + 1}`;
}
