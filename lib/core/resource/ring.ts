/** The last so many points of figures that share their times. What is not known of a moment is NaN. */
export class Ring {
  readonly #room: number;
  readonly #most: number;
  readonly #times: Float64Array;
  readonly #columns = new Map<string, Float32Array>();
  /** Of the last value of each figure. ms since 1970 */
  readonly #told = new Map<string, number>();
  /** Points that were put in since the beginning. */
  #count = 0;

  /** `most`: figures that it has room for. Of more, those of nodes go that were told longest ago. */
  constructor(room: number, most = Number.POSITIVE_INFINITY) {
    this.#room = room;
    this.#most = most;
    this.#times = new Float64Array(room);
  }

  /** `at` is later than that of the point before. */
  put(at: number, values: ReadonlyMap<string, number | null>): void {
    const place = this.#count % this.#room;
    this.#times[place] = at;
    this.#count += 1;
    for (const column of this.#columns.values()) column[place] = Number.NaN;
    for (const [name, value] of values) {
      if (value === null || Number.isNaN(value)) continue;
      const column = this.#columnOf(name, at);
      if (column === null) continue;
      column[place] = value;
      // At its end: what was told longest ago is at the beginning.
      this.#told.delete(name);
      this.#told.set(name, at);
    }
    const first = this.times()[0] ?? at;
    for (const [name, toldAt] of this.#told) {
      if (toldAt >= first) continue;
      this.#told.delete(name);
      this.#columns.delete(name);
    }
  }

  /** Of figures that have a value in it. */
  names(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** ms since 1970, the oldest first. */
  times(): Float64Array {
    return inOrder(this.#times, this.#count);
  }

  /** One value per time. */
  values(name: string): Float32Array {
    const column = this.#columns.get(name);
    if (column === undefined) return new Float32Array(Math.min(this.#count, this.#room)).fill(Number.NaN);
    return inOrder(column, this.#count);
  }

  /** Null: there is no room for one more. */
  #columnOf(name: string, at: number): Float32Array | null {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    if (isOfNode(name) && this.#columns.size >= this.#most) {
      const oldest = [...this.#told.keys()].find(isOfNode);
      if (oldest === undefined || this.#told.get(oldest) === at) return null;
      this.#told.delete(oldest);
      this.#columns.delete(oldest);
    }
    const column = new Float32Array(this.#room).fill(Number.NaN);
    this.#columns.set(name, column);
    return column;
  }
}

/** Figures of nodes have the id of theirs in their names. */
const isOfNode = (name: string): boolean => name.includes(':');

function inOrder<Values extends Float32Array | Float64Array>(values: Values, count: number): Values {
  const room = values.length;
  if (count <= room) return values.slice(0, count) as Values;
  const ordered = values.slice() as Values;
  const oldest = count % room;
  ordered.set(values.subarray(oldest), 0);
  ordered.set(values.subarray(0, oldest), room - oldest);
  return ordered;
}
