import { z } from 'zod';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** Any JSON value. Deliberately shallow: depth is bounded by the transport, and deep values are passed through unread. */
export const jsonValueSchema = z.custom<JsonValue>((value) => value !== undefined && typeof value !== 'function');
export const jsonObjectSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
