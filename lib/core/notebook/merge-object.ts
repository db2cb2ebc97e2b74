import type { JsonObject, JsonValue } from '#lib/core/json.ts';
import { jsonEqual } from './json-ranges.ts';

/** Key by key: theirs where only they changed it, else ours. */
export function mergeObject(base: JsonObject, ours: JsonObject, theirs: JsonObject): JsonObject {
  const merged: [string, JsonValue][] = [];
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [old, our, their] = [own(base, key), own(ours, key), own(theirs, key)];
    const value = jsonEqual(our, old) ? their : our;
    if (value !== undefined) merged.push([key, value]);
  }
  return Object.fromEntries(merged);
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
