/**
 * A map whose changed copies cost the square root of its size instead of its size: what did not change is shared. Keeps
 * the order of a `Map`: a changed value stays at its place, a removed and added one goes to the end. Immutable.
 */
class SharedMap<Key, Value> implements ReadonlyMap<Key, Value> {
  readonly #base: ReadonlyMap<Key, Value>;
  /** On top of the base: values that differ, keys that are gone, entries behind all of it. */
  readonly #changed: ReadonlyMap<Key, Value>;
  readonly #gone: ReadonlySet<Key>;
  readonly #added: ReadonlyMap<Key, Value>;

  constructor(
    base: ReadonlyMap<Key, Value>,
    changed: ReadonlyMap<Key, Value> = new Map(),
    gone: ReadonlySet<Key> = new Set(),
    added: ReadonlyMap<Key, Value> = new Map(),
  ) {
    const layered = changed.size + gone.size + added.size;
    const flatten = layered > 32 && layered * layered > base.size;
    this.#base = flatten ? new Map(entriesOf(base, changed, gone, added)) : base;
    this.#changed = flatten ? new Map() : changed;
    this.#gone = flatten ? new Set() : gone;
    this.#added = flatten ? new Map() : added;
  }

  with(key: Key, value: Value): SharedMap<Key, Value> {
    const inBase = !this.#added.has(key) && this.#base.has(key) && !this.#gone.has(key);
    return inBase
      ? new SharedMap(this.#base, new Map(this.#changed).set(key, value), this.#gone, this.#added)
      : new SharedMap(this.#base, this.#changed, this.#gone, new Map(this.#added).set(key, value));
  }

  without(key: Key): SharedMap<Key, Value> {
    if (!this.has(key)) return this;
    if (this.#added.has(key)) {
      return new SharedMap(this.#base, this.#changed, this.#gone, copyWithout(this.#added, key));
    }
    const changed = this.#changed.has(key) ? copyWithout(this.#changed, key) : this.#changed;
    return new SharedMap(this.#base, changed, new Set(this.#gone).add(key), this.#added);
  }

  get size(): number {
    return this.#base.size - this.#gone.size + this.#added.size;
  }

  has(key: Key): boolean {
    return this.#added.has(key) || (this.#base.has(key) && !this.#gone.has(key));
  }

  get(key: Key): Value | undefined {
    if (this.#added.has(key)) return this.#added.get(key);
    if (this.#gone.has(key)) return undefined;
    return this.#changed.has(key) ? this.#changed.get(key) : this.#base.get(key);
  }

  forEach(callback: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this) callback(value, key, this);
  }

  entries(): MapIterator<[Key, Value]> {
    return entriesOf(this.#base, this.#changed, this.#gone, this.#added);
  }

  *keys(): MapIterator<Key> {
    for (const [key] of this) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }
}

/** Fewer entries are copied quicker than layered. */
const smallMap = 64;

/** The map with this entry; the given one does not change. */
export function withEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): ReadonlyMap<Key, Value> {
  if (map instanceof SharedMap) return (map as SharedMap<Key, Value>).with(key, value);
  return map.size < smallMap ? new Map(map).set(key, value) : new SharedMap(map).with(key, value);
}

/** The map without this key; the very same when it has none. */
export function withoutEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  if (!map.has(key)) return map;
  if (map instanceof SharedMap) return (map as SharedMap<Key, Value>).without(key);
  return map.size < smallMap ? copyWithout(map, key) : new SharedMap(map).without(key);
}

function copyWithout<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Map<Key, Value> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

function* entriesOf<Key, Value>(
  base: ReadonlyMap<Key, Value>,
  changed: ReadonlyMap<Key, Value>,
  gone: ReadonlySet<Key>,
  added: ReadonlyMap<Key, Value>,
): MapIterator<[Key, Value]> {
  for (const entry of base) {
    const [key] = entry;
    if (gone.has(key)) continue;
    yield changed.has(key) ? [key, changed.get(key) as Value] : entry;
  }
  yield* added;
}
