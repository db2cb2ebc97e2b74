import type { JsonValue } from '#lib/core/json.ts';
import type { DisplayOutput, Output, StoredValue } from '#lib/core/notebook/output.ts';
import type { SessionEventOf } from './event.ts';

/** An output with values in the blob store. */
export type StoredDisplay = DisplayOutput & { readonly stored: Readonly<Record<string, StoredValue>> };

/** Whether values of this output lie in the blob store. */
export function hasStoredValues(output: Output): output is StoredDisplay {
  return isDisplay(output) && output.stored !== undefined;
}

/** Whether an output is a bundle of values. */
export function isDisplay(output: Output): output is DisplayOutput {
  return output.output_type === 'display_data' || output.output_type === 'execute_result';
}

/** The output after a value of its bundle was stored; the very same output when it has no such value in memory. */
export function takeValue(
  output: Output,
  { mime, hash, bytes, characters, width, height }: SessionEventOf<'ValueStored'>,
): Output {
  if (!isDisplay(output)) return output;
  const at = Object.keys(output.data).indexOf(mime);
  if (at === -1) return output;
  const { [mime]: _, ...data } = output.data;
  return { ...output, data, stored: { ...output.stored, [mime]: { hash, bytes, characters, at, width, height } } };
}

/** The output as it was before values of it were stored, each in its old place; those that are not given stay out. */
export function returnValues(
  { stored, ...output }: StoredDisplay,
  values: ReadonlyMap<string, JsonValue>,
): DisplayOutput {
  const entries = Object.entries(output.data);
  // The place of each is one among those that were there when it was taken: the last one goes back first.
  for (const [mime, { at }] of Object.entries(stored).toReversed()) {
    const value = values.get(mime);
    if (value !== undefined) entries.splice(at, 0, [mime, value]);
  }
  return { ...output, data: Object.fromEntries(entries) };
}
