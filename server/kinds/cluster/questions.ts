import { isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEffects } from './port.ts';

/** Requests per second to one target, told in ms between two. */
const requestMs = 1_000;
/** Of the time between two askings of one figure, at most so much goes into its answer … */
const share = 0.25;
/** … but for what it is worth to know it: a figure is asked all the same after so long, whatever else was asked meanwhile. */
const slowestMs = 10_000;
/** What was asked beyond the seconds that have passed is made up for, and not more of it than so many requests. */
const mostOwed = 2;
/** Looks come a little early. */
const slack = 0.1;

/** One figure of a cluster. `everyMs`: how often it is worth asking, Infinity: once. */
export type Question<Answer> = { readonly everyMs: number; readonly ask: () => Promise<Fault | Answer> };

type Asked<Answer> = { readonly answer: Answer; readonly at: number; readonly tookMs: number };

/** What is known after a look. `ageOf`: ms between now and when a figure was asked. */
export type Looked<Answers> = { readonly answers: Answers; readonly ageOf: (name: keyof Answers) => number };

/**
 * The questions to one target, asked in turn: not more requests than seconds have passed. The first look asks all of them, and
 * one after a pause as many as the pause has seconds; else a look asks what is due most and tells the rest from before. Where
 * other requests take the turns, logs for one, a figure is still asked before it is too old. After a fault all is asked
 * anew, since another engine may have come to the same place.
 */
export class Questions<Answers extends object> {
  readonly #questions: { readonly [Name in keyof Answers]: Question<Answers[Name]> };
  readonly #ticks: ClusterEffects['ticks'];
  readonly #asked = new Map<keyof Answers, Asked<Answers[keyof Answers]>>();
  #fault: Fault | null = null;
  #faultAt = 0;
  /** Requests that may be made now; below nought: some more were made than seconds have passed. */
  #credit = 0;
  #creditAt: number | null = null;
  #looking: Promise<Fault | Looked<Answers>> | null = null;

  constructor(
    questions: { readonly [Name in keyof Answers]: Question<Answers[Name]> },
    ticks: ClusterEffects['ticks'],
  ) {
    this.#questions = questions;
    this.#ticks = ticks;
  }

  /** Who comes while others look hears the same. */
  look(): Promise<Fault | Looked<Answers>> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  /** To be told of each request, whatever it is for. */
  count(): void {
    this.#credit = Math.max(-mostOwed, this.#credit - 1);
  }

  async #look(): Promise<Fault | Looked<Answers>> {
    const now = this.#ticks();
    this.#earn(now);
    if (this.#fault !== null && this.#credit < 1 - slack && now - this.#faultAt < slowestMs) return this.#fault;
    const names = Object.keys(this.#questions) as (keyof Answers)[];
    const isFirst = this.#asked.size === 0;
    const once = names.filter((name) => this.#questions[name].everyMs === Number.POSITIVE_INFINITY);
    // What is asked once says whether it is what it should be.
    const found = (await this.#askAll(isFirst ? once : [])) ?? (await this.#askAll(this.#due(names, now, isFirst)));
    this.#fault = found;
    if (found !== null) {
      this.#faultAt = now;
      this.#asked.clear();
      this.#credit = Math.min(this.#credit, 0);
      return found;
    }
    // What the first look has cost is not made up for: who has just come wants to see something move.
    if (isFirst) this.#credit = 0;
    const asked = new Map(this.#asked);
    const told = [...asked].map(([name, { answer }]) => [name, answer]);
    return {
      answers: Object.fromEntries(told) as Answers,
      ageOf: (name) => {
        const ticks = this.#ticks();
        return Math.max(0, ticks - (asked.get(name)?.at ?? ticks));
      },
    };
  }

  /** Those that are due, the most overdue first, as far as there is credit; and what is too old. */
  #due(names: readonly (keyof Answers)[], now: number, isFirst: boolean): readonly (keyof Answers)[] {
    if (isFirst) return names.filter((name) => !this.#asked.has(name));
    const overdue = new Map(
      names.map((name) => {
        const { at = 0, tookMs = 0 } = this.#asked.get(name) ?? {};
        const everyMs = Math.max(this.#questions[name].everyMs, Math.min(tookMs / share, slowestMs));
        return [name, (now - at) / everyMs] as const;
      }),
    );
    const ratio = (name: keyof Answers): number => overdue.get(name) ?? 0;
    const isTooOld = (name: keyof Answers): boolean => now - (this.#asked.get(name)?.at ?? 0) > slowestMs;
    const affordable = Math.floor(this.#credit + slack);
    return names
      .filter((name) => ratio(name) >= 1 - slack)
      .toSorted((a, b) => ratio(b) - ratio(a))
      .filter((name, index) => index < affordable || isTooOld(name));
  }

  async #askAll(names: readonly (keyof Answers)[]): Promise<Fault | null> {
    const faults = await Promise.all(
      names.map(async (name) => {
        const at = this.#ticks();
        const answer = await this.#questions[name].ask();
        if (isFault(answer)) return answer;
        this.#asked.set(name, { answer: answer as Answers[keyof Answers], at, tookMs: this.#ticks() - at });
        return null;
      }),
    );
    return faults.find((one) => one !== null) ?? null;
  }

  #earn(now: number): void {
    const passed = this.#creditAt === null ? 0 : (now - this.#creditAt) / requestMs;
    // What was not asked in good time is not asked all at once later.
    this.#credit = Math.min(this.#credit + passed, Math.max(1, passed));
    this.#creditAt = now;
  }
}
