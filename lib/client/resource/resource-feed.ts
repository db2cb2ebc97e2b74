import type { Connection } from '#lib/client/connection-port.ts';
import { type EveryEffects, everyEffects } from '#lib/client/every.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { Hour } from '#lib/core/resource/hour.ts';
import { unpackHour } from '#lib/core/resource/packed-hour.ts';
import { figuresOfSample, type ResourceSample } from '#lib/core/resource/sample.ts';
import { type ResourceTarget, targetKey } from '#lib/core/resource/target.ts';

export type ResourceState = {
  /** The newest sample; null before the first. */
  readonly latest: ResourceSample | null;
  /** Why there is no newer one. */
  readonly fault: Fault | null;
  /** One hour until now: the same object, which grows with each state. */
  readonly hour: Hour;
  /** The server has said what it knows. */
  readonly isKnown: boolean;
};

/** How soon the server is asked again for what it does not know, ever more seldom. */
const firstMs = 1_000;
const slowestMs = 60_000;

export type ResourceFeedEffects = {
  /** Told when the first one comes to listen, and when the last one has left. */
  readonly onFollowed?: (followed: boolean) => void;
} & Partial<EveryEffects>;

/** One target as this page follows it, while somebody listens and sees the page: the hour that the server knew, and what came since. */
export class ResourceFeed {
  readonly #target: ResourceTarget;
  readonly #line: Connection;
  readonly #effects: ResourceFeedEffects & EveryEffects;
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[] = [];
  #again: ReturnType<typeof setTimeout> | undefined;
  #againMs = firstMs;
  /** What the server last answered instead of an hour. */
  #refusal: Fault | null = null;
  #state: ResourceState = { latest: null, fault: null, hour: new Hour(), isKnown: false };

  constructor(target: ResourceTarget, line: Connection, effects: ResourceFeedEffects = {}) {
    this.#target = target;
    this.#line = line;
    this.#effects = { ...everyEffects, ...effects };
  }

  readonly getSnapshot = (): ResourceState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    const page = this.#effects.page();
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      page.addEventListener('visibilitychange', this.#look);
      this.#effects.onFollowed?.(true);
      this.#look();
    }
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      page.removeEventListener('visibilitychange', this.#look);
      this.#effects.onFollowed?.(false);
      this.#look();
    };
  };

  readonly #look = (): void => {
    const wanted = this.#listeners.size > 0 && this.#effects.page().visibilityState === 'visible';
    const follows = this.#stops.length > 0;
    if (wanted && !follows) this.#begin();
    if (!wanted && follows) this.#end();
  };

  #begin(): void {
    const key = targetKey(this.#target);
    this.#stops.push(
      this.#line.on('resource.sampled', ({ target, heard }) => {
        if (targetKey(target) === key) this.#take(heard);
      }),
      this.#line.onStatus(() => this.#follow()),
    );
    this.#follow();
  }

  #end(): void {
    clearTimeout(this.#again);
    for (const stop of this.#stops.splice(0)) stop();
    void this.#line.request('resource.leave', { target: this.#target });
  }

  #follow(): void {
    if (this.#line.status() !== 'connected') return;
    void this.#line.request('resource.watch', { target: this.#target }).then((answer) => {
      if (this.#stops.length === 0) return;
      if (isFault(answer)) {
        // After a restart of the server a notebook comes back a moment after its page.
        clearTimeout(this.#again);
        this.#again = setTimeout(() => this.#follow(), this.#againMs);
        this.#againMs = Math.min(2 * this.#againMs, slowestMs);
        this.#refusal = answer;
        return this.#change({ fault: answer, isKnown: true });
      }
      this.#againMs = firstMs;
      const why = this.#state.fault === this.#refusal ? { fault: null } : {};
      const latest = answer.latest ?? this.#state.latest;
      this.#change({ hour: unpackHour(answer.hour) ?? new Hour(), latest, isKnown: true, ...why });
    });
  }

  #take(heard: Fault | ResourceSample): void {
    if (isFault(heard)) return this.#change({ fault: heard });
    this.#state.hour.put(heard.at, figuresOfSample(heard));
    this.#change({ latest: heard, fault: null });
  }

  #change(part: Partial<ResourceState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}
