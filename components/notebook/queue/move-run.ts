import type { RunId } from '#lib/core/ids.ts';

/** The order with one run taken to a place, counted from 0. */
export function moveRun(order: readonly RunId[], id: RunId, place: number): readonly RunId[] {
  const rest = order.filter((one) => one !== id);
  if (rest.length === order.length) return order;
  const at = Math.max(0, Math.min(rest.length, place));
  return [...rest.slice(0, at), id, ...rest.slice(at)];
}

/**
 * The beginning of an order that has to be told to who knows `before`: behind it nothing has changed.
 * @param told how many places were told meanwhile and may have arrived: they are told anew.
 */
export function changedPart(before: readonly RunId[], order: readonly RunId[], told = 0): readonly RunId[] {
  const last = order.findLastIndex((id, place) => before[place] !== id);
  return order.slice(0, Math.max(last + 1, told));
}
