import { fault, type Fault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { SourcePort } from '#server/document/results-port.ts';

/** Why these cells cannot be run; null when all of them are code cells. */
export function refuseCells(source: SourcePort, cellIds: readonly CellId[]): Fault | null {
  const types = cellIds.map((id) => source.cellType(id));
  if (types.includes(undefined)) return fault('cell.notFound', 'The cell no longer exists.');
  return types.every((type) => type === 'code') ? null : fault('cell.notCode', 'Only code cells can be run.');
}
