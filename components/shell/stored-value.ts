import { useSyncExternalStore } from 'react';
import type { z } from 'zod';

/**
 * One value of this browser's interface, kept in localStorage and shared by every component that reads it. Storage that
 * is forbidden, full or damaged costs the memory of the value, never the page.
 */
export class StoredValue<Value> {
  readonly #key: string;
  readonly #schema: z.ZodType<Value>;
  readonly #initial: Value;
  readonly #listeners = new Set<() => void>();
  #value: Value | undefined;

  constructor(key: string, schema: z.ZodType<Value>, initial: Value) {
    this.#key = key;
    this.#schema = schema;
    this.#initial = initial;
  }

  readonly get = (): Value => {
    this.#value ??= this.#read();
    return this.#value;
  };

  /** What the server renders: it knows nothing of this browser. */
  readonly getInitial = (): Value => this.#initial;

  readonly set = (value: Value): void => {
    this.#value = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      // Private windows may refuse storage; the value then lives as long as the page.
    }
    for (const listener of this.#listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  #read(): Value {
    try {
      const text = localStorage.getItem(this.#key);
      if (text === null) return this.#initial;
      const parsed = this.#schema.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : this.#initial;
    } catch {
      return this.#initial;
    }
  }
}

export function useStoredValue<Value>(stored: StoredValue<Value>): Value {
  return useSyncExternalStore(stored.subscribe, stored.get, stored.getInitial);
}
