import { mostWorkers } from '#lib/core/cluster/most-workers.ts';
import { Ring } from './ring.ts';

const fineCount = 300;
const coarseMs = 10_000;
const coarseCount = 360;
/** Two figures of each node that is listed, and those of the whole. */
const mostFigures = 2 * mostWorkers + 20;

/** Points of figures that share their times: ms since 1970, the oldest first. Unknown values are NaN. */
export type Points = { readonly times: Float64Array; readonly values: ReadonlyMap<string, Float32Array> };

type Gathered = { sum: number; count: number; most: number };

/**
 * One hour of the figures of a target, in memory of fixed size: five minutes as they were sampled, and before that one
 * point for ten seconds. Such a point is the mean of its samples; of memory it is the most, since a peak is what ends a
 * kernel.
 */
export class Hour {
  readonly #fine = new Ring(fineCount, mostFigures);
  readonly #coarse = new Ring(coarseCount, mostFigures);
  #gathered = new Map<string, Gathered>();
  #slot: number | null = null;
  #last = Number.NEGATIVE_INFINITY;

  /** A sample that is not later than the last one is left out. */
  put(at: number, values: ReadonlyMap<string, number | null>): void {
    if (at <= this.#last) return;
    this.#last = at;
    const slot = Math.floor(at / coarseMs);
    if (this.#slot !== null && slot !== this.#slot) this.#close(this.#slot);
    this.#slot = slot;
    for (const [name, value] of values) if (value !== null) this.#gather(name, value);
    this.#fine.put(at, values);
  }

  /** When it was last put into; null: never. ms since 1970 */
  lastAt(): number | null {
    return Number.isFinite(this.#last) ? this.#last : null;
  }

  names(): readonly string[] {
    return [...new Set([...this.#coarse.names(), ...this.#fine.names()])];
  }

  /** Nothing older than an hour before `now`. */
  read(names: readonly string[], now: number): Points {
    const fineTimes = this.#fine.times();
    const fineFrom = fineTimes[0] ?? Number.POSITIVE_INFINITY;
    const hourAgo = now - coarseCount * coarseMs;
    const coarseTimes = this.#coarse.times();
    const from = coarseTimes.findIndex((at) => at > hourAgo);
    const beside = coarseTimes.findIndex((at) => at >= fineFrom);
    const [start, end] = [from === -1 ? coarseTimes.length : from, beside === -1 ? coarseTimes.length : beside];
    const fresh = fineTimes.findIndex((at) => at > hourAgo);
    const fineStart = fresh === -1 ? fineTimes.length : fresh;
    const times = joined(coarseTimes.subarray(start, end), fineTimes.subarray(fineStart), Float64Array);
    const values = names.map((name): [string, Float32Array] => [
      name,
      joined(this.#coarse.values(name).subarray(start, end), this.#fine.values(name).subarray(fineStart), Float32Array),
    ]);
    return { times, values: new Map(values) };
  }

  #gather(name: string, value: number): void {
    const gathered = this.#gathered.get(name) ?? { sum: 0, count: 0, most: Number.NEGATIVE_INFINITY };
    gathered.sum += value;
    gathered.count += 1;
    gathered.most = Math.max(gathered.most, value);
    this.#gathered.set(name, gathered);
  }

  #close(slot: number): void {
    const values = new Map<string, number>();
    for (const [name, { sum, count, most }] of this.#gathered) values.set(name, isPeak(name) ? most : sum / count);
    this.#coarse.put(slot * coarseMs, values);
    this.#gathered = new Map();
  }
}

/** Figures of which the most counts. */
const isPeak = (name: string): boolean => name.split(':')[0]?.includes('memory') === true;

type Kept = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
function joined<Values extends Float32Array | Float64Array>(
  before: Values,
  after: Values,
  Kind: new (length: number) => Kept,
): Values {
  const all = new Kind(before.length + after.length);
  all.set(before, 0);
  all.set(after, before.length);
  return all as Values;
}
