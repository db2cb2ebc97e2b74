import { type Fault, isFault } from '#lib/core/fault.ts';
import { Hour } from '#lib/core/resource/hour.ts';
import { type PackedPoints, packPoints } from '#lib/core/resource/packed-hour.ts';
import { figuresOfSample, type ResourceSample } from '#lib/core/resource/sample.ts';
import type { Heard, ResourceSource } from './source.ts';

/** Samples one target while somebody looks or something runs, and keeps an hour of what came of it. */
export class Sampler {
  readonly #source: ResourceSource;
  readonly #hour = new Hour();
  readonly #watchers = new Set<(heard: Heard) => void>();
  /** Sessions that run a cell. */
  readonly #working = new Set<string>();
  readonly #begunAt: number;
  #latest: ResourceSample | null = null;
  /** Why nothing newer was told; null: something was. */
  #fault: Fault | null = null;
  #end: (() => void) | null = null;

  /** `now`: ms since 1970 */
  constructor(source: ResourceSource, now: number) {
    this.#source = source;
    this.#begunAt = now;
  }

  /** Nothing is told before this returns. Answers how to leave. */
  watch(listener: (heard: Heard) => void): () => void {
    const watching = (heard: Heard): void => listener(heard);
    this.#watchers.add(watching);
    queueMicrotask(() => {
      // What an earlier sampling ended with says nothing of the next one.
      if (this.#fault !== null && this.samples() && this.#watchers.has(watching)) watching(this.#fault);
      this.#turn();
    });
    return () => {
      this.#watchers.delete(watching);
      this.#turn();
    };
  }

  /** A session runs a cell that may need it, or does no more. */
  working(session: string, works: boolean): void {
    if (works === this.#working.has(session)) return;
    if (works) this.#working.add(session);
    else this.#working.delete(session);
    this.#turn();
  }

  /** What is known of the last hour. */
  known(now: number): { readonly hour: PackedPoints; readonly latest: ResourceSample | null } {
    return { hour: packPoints(this.#hour.read(this.#hour.names(), now)), latest: this.#latest };
  }

  /** When it last told something, or began. ms since 1970 */
  usedAt(): number {
    return this.#hour.lastAt() ?? this.#begunAt;
  }

  /** Whether its source is asked. */
  samples(): boolean {
    return this.#end !== null;
  }

  stop(): void {
    this.#watchers.clear();
    this.#working.clear();
    this.#turn();
  }

  #turn(): void {
    const wanted = this.#watchers.size > 0 || this.#working.size > 0;
    if (wanted === this.samples()) return;
    if (wanted) {
      this.#end = () => undefined;
      this.#fault = null;
      this.#end = this.#source.begin((heard) => this.#take(heard));
    } else {
      const end = this.#end;
      this.#end = null;
      end?.();
    }
  }

  #take(heard: Heard): void {
    this.#fault = isFault(heard) ? heard : null;
    if (!isFault(heard)) {
      this.#latest = heard;
      this.#hour.put(heard.at, figuresOfSample(heard));
    }
    for (const watcher of this.#watchers) watcher(heard);
  }
}
