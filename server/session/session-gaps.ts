import type { PrincipalId, RunId, SessionId } from '#lib/core/ids.ts';
import type { MessageNumber } from '#lib/core/kernel/message-numbers.ts';
import { markerOutput, type Marker } from '#lib/core/notebook/marker.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { KernelGap } from '#server/kinds/gateway/port.ts';

export type GapParts = {
  readonly sessionId: SessionId;
  readonly state: () => NotebookRunState;
  readonly stamp: () => { readonly at: number; readonly by: PrincipalId };
  readonly randomId: () => string;
};

/** A marker in a cell, under a display id of ours, by which it is brought up to date. */
type Placed = { readonly runId: RunId; readonly displayId: string; marker: Marker };
type Known = {
  readonly runId: RunId;
  placed: Placed | null;
  counted: number;
  readonly uncounted: number;
  readonly fewest: number;
};

/**
 * Passed over on an unbroken line, one alone is no evidence: kernels number messages that they then do not send, such as
 * the empty result of what displays itself.
 */
const fewestUnexplained = 2;
/** What says something of a run's output: what it reveals is missing in the middle of the run. */
const contents: ReadonlySet<string> = new Set(['stream', 'display_data', 'execute_result', 'error', 'clear_output']);
const mostKnown = 64;
const mostLimited = 16;

/**
 * What is missing among the outputs of a session's runs: turns gaps in the kernel's numbers, the notices of the gateway's
 * limiter and ends that nobody heard into markers in the cells, and the markers into better ones when more is known.
 * Answers events; whoever asks dispatches them together with those of the message that comes next.
 */
export class SessionGaps {
  readonly #parts: GapParts;
  readonly #gaps = new Map<number, Known>();
  readonly #limited = new Map<RunId, Placed>();
  /** The last run whose end was not heard: the next number tells how much of it is missing. */
  #unended: Placed | null = null;
  #refused: RunId | null = null;

  constructor(parts: GapParts) {
    this.#parts = parts;
  }

  /** Journaled with what the message said. `foreign`: another session of the kernel may need it. */
  heard(number: MessageNumber, { aside, foreign }: { aside: boolean; foreign: boolean }): SessionEvent {
    const { sessionId, state, stamp } = this.#parts;
    const isSame = state().sessions.get(sessionId)?.heard.at(-1)?.prefix === number.prefix;
    return {
      type: 'KernelHeard',
      ...stamp(),
      sessionId,
      n: number.n,
      ...(isSame ? {} : { prefix: number.prefix }),
      ...(aside ? { aside } : {}),
      ...(foreign ? { foreign } : {}),
    };
  }

  /** Whether the gap was told of before, as one of this session's runs. */
  knows(gap: KernelGap): boolean {
    return this.#gaps.has(gap.id);
  }

  /** Takes a new gap as one of `runId`; null when no run is in flight: then it may be of the run that was before. */
  take(gap: KernelGap, runId: RunId | null): readonly SessionEvent[] | null {
    const unended = runId === null ? this.#unended : null;
    const owner = runId ?? unended?.runId;
    if (owner === undefined) return null;
    // Of a run without an end two of the numbers were that: its reply and its idle.
    const ofRefused = this.#refused === owner ? 1 : 0;
    this.#refused = null;
    const uncounted = ofRefused + (unended === null ? 0 : 2);
    const fewest = gap.amidText ? 1 : fewestUnexplained;
    const known: Known = { runId: owner, placed: unended, counted: 0, uncounted, fewest };
    this.#gaps.set(gap.id, known);
    if (this.#gaps.size > mostKnown) for (const id of [...this.#gaps.keys()].slice(0, 1)) this.#gaps.delete(id);
    this.#unended = null;
    return this.tell(gap);
  }

  /** More is known of a gap. */
  tell(gap: KernelGap): readonly SessionEvent[] {
    const known = this.#gaps.get(gap.id);
    if (known === undefined) return [];
    const limited = gap.cause === 'unknown' ? this.#limited.get(known.runId) : undefined;
    if (limited?.marker.kind === 'limited') {
      const messages = (limited.marker.messages ?? 0) + gap.missing - known.counted;
      known.counted = gap.missing;
      return this.#change(limited, { ...limited.marker, messages: messages > 0 ? messages : null });
    }
    const missing = gap.missing - known.uncounted;
    if (gap.cause === 'unknown' && known.placed === null) {
      const isSure = gap.settled || (missing >= fewestUnexplained && contents.has(gap.before?.type ?? ''));
      if (!isSure || missing < known.fewest) return [];
    }
    if (missing <= 0) {
      const gone = known.placed;
      // With the end of a run unheard only a settled count tells that nothing else is missing.
      if (gone === null || (known.uncounted > 0 && !gap.settled)) return [];
      known.placed = null;
      return [{ type: 'DisplayRemoved', ...this.#parts.stamp(), displayId: gone.displayId }];
    }
    const cause = gap.cause === 'unknown' ? 'gateway' : gap.cause;
    if (known.placed !== null) return this.#change(known.placed, { kind: 'gap', messages: missing, cause });
    const { placed, event } = this.#place(known.runId, { kind: 'gap', messages: missing, cause });
    known.placed = placed;
    return [event];
  }

  /** The first word of a run, its busy, was heard: what is missing before it was never of this run. */
  begins(runId: RunId): readonly SessionEvent[] {
    const events: SessionEvent[] = [];
    for (const [id, known] of this.#gaps) {
      if (known.runId !== runId) continue;
      this.#gaps.delete(id);
      const displayId = known.placed?.displayId;
      if (displayId !== undefined) events.push({ type: 'DisplayRemoved', ...this.#parts.stamp(), displayId });
    }
    return events;
  }

  /** The gateway's limiter says that it drops output of this run. */
  limit(runId: RunId, notice: { readonly setting: string; readonly limit: string | null }): SessionEvent {
    const { placed, event } = this.#place(runId, { kind: 'limited', ...notice, messages: null });
    this.#limited.delete(runId);
    this.#limited.set(runId, placed);
    if (this.#limited.size > mostLimited)
      for (const id of [...this.#limited.keys()].slice(0, 1)) this.#limited.delete(id);
    return event;
  }

  /** A message was refused, probably of this run. It has a mark of its own, and is not counted again. */
  refuse(runId: RunId, mostBytes: number): SessionEvent {
    this.#refused = runId;
    return this.#place(runId, { kind: 'refused', bytes: null, mostBytes }).event;
  }

  /** The end of a run was not heard: if nothing else says that output is missing, this does. */
  unended(runId: RunId, cause: 'server' | 'connection'): readonly SessionEvent[] {
    for (const known of this.#gaps.values()) if (known.runId === runId && known.placed !== null) return [];
    const { placed, event } = this.#place(runId, { kind: 'gap', messages: null, cause });
    this.#unended = placed;
    return [event];
  }

  #place(runId: RunId, marker: Marker): { readonly placed: Placed; readonly event: SessionEvent } {
    const placed: Placed = { runId, displayId: `farfield-${this.#parts.randomId()}`, marker };
    const output = { ...markerOutput(marker), display_id: placed.displayId };
    return { placed, event: { type: 'OutputArrived', ...this.#parts.stamp(), runId, output } };
  }

  #change(placed: Placed, marker: Marker): readonly SessionEvent[] {
    if (JSON.stringify(placed.marker) === JSON.stringify(marker)) return [];
    placed.marker = marker;
    const { data, metadata } = markerOutput(marker);
    return [{ type: 'DisplayUpdated', ...this.#parts.stamp(), displayId: placed.displayId, data, metadata }];
  }
}

/**
 * The run that a new gap belongs to, `parent` being the run of the message that revealed it. Before the first word of the
 * run in flight only what came before that run is missing (null), unless the line was broken: that may have taken the word.
 */
export function ownerOfGap(
  { cause, before }: KernelGap,
  flight: { readonly runId: RunId; readonly begun: boolean } | null,
  parent: RunId | null,
): RunId | null {
  if (flight === null) return parent;
  if (flight.begun) return flight.runId;
  const isFirstWord = parent === flight.runId && before?.isBusy === true;
  const isEarlier = parent !== flight.runId && cause === 'unknown';
  return isFirstWord || isEarlier ? null : flight.runId;
}

/** What Jupyter Server's limiter says on stderr when it begins to drop output; null for all other text. */
export function readLimiterNotice(text: string): { readonly setting: string; readonly limit: string | null } | null {
  const found = /^IOPub (message|data) rate exceeded\.\n/.exec(text);
  if (found === null) return null;
  const limit = /^ServerApp\.iopub_(?:msg|data)_rate_limit=(.*)$/m.exec(text)?.[1] ?? null;
  const name = found[1] === 'data' ? 'iopub_data_rate_limit' : 'iopub_msg_rate_limit';
  return {
    setting: `--ZMQChannelsWebsocketConnection.limit_rate=False (or a higher ${name})`,
    limit: limit === null ? null : limit.slice(0, 100),
  };
}
