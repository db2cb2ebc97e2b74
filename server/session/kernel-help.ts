import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { SessionId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import { codePointsAt, unitsAt } from '#lib/core/kernel/code-points.ts';
import type { NotebookRunState, Run } from '#lib/core/session/state.ts';
import type { UpMessages } from '#lib/protocol/up.ts';
import type { RunPayload } from '#lib/protocol/run-payload.ts';
import type { KernelQuestion } from '#server/kinds/gateway/port.ts';
import { findSession } from './find-session.ts';
import { readableData } from './read-payload.ts';
import type { SessionLink } from './session-link.ts';
import type { z } from 'zod';

/** Code that somebody writes; `cursor` in UTF-16 units. */
export type CodePlace = { readonly code: string; readonly cursor: number };
type Reply<Name extends 'kernel.complete' | 'kernel.inspect' | 'kernel.history'> = z.input<UpMessages[Name]['reply']>;

const limitMs = { complete: 3_000, inspect: 3_000, history: 3_000, usage: 900 } as const;
const notConnected = fault('kernel.noAnswer', 'The kernel is not connected.');
const mostMatches = 5_000;
/** Characters of all inputs of an answer. */
const mostHistory = 2_000_000;

/**
 * What a notebook's kernel tells those who write: how code may go on, what a name is, what was run before; and the
 * payloads that runs leave for whoever asked for them. Nothing of it is journaled.
 */
export class KernelHelp {
  readonly #state: () => NotebookRunState;
  readonly #link: (id: SessionId) => SessionLink | undefined;
  readonly #listeners = new Set<(run: Run, payload: RunPayload) => void>();

  constructor(state: () => NotebookRunState, link: (id: SessionId) => SessionLink | undefined) {
    this.#state = state;
    this.#link = link;
  }

  async complete({ code, cursor }: CodePlace): Promise<Reply<'kernel.complete'>> {
    const asked = { type: 'complete', code: code.toWellFormed(), cursor: codePointsAt(code, cursor) } as const;
    const told = await this.#ask(asked, limitMs.complete);
    if (isFault(told)) return told;
    const start = placeIn(code, told['cursor_start'], cursor);
    const end = Math.max(start, placeIn(code, told['cursor_end'], cursor));
    return { matches: readMatches(told), start, end };
  }

  async inspect({ code, cursor }: CodePlace, detail: 0 | 1): Promise<Reply<'kernel.inspect'>> {
    const asked = { type: 'inspect', code: code.toWellFormed(), cursor: codePointsAt(code, cursor), detail } as const;
    const told = await this.#ask(asked, limitMs.inspect);
    if (isFault(told)) return told;
    return { data: told['found'] === true ? readableData(told['data']) : {} };
  }

  async history(count: number): Promise<Reply<'kernel.history'>> {
    const told = await this.#ask({ type: 'history', count }, limitMs.history);
    return isFault(told) ? told : { inputs: readHistory(told['history']) };
  }

  /** What the kernel of a session says that it takes of its machine, in ipykernel's words. */
  async usage(id: SessionId): Promise<Fault | JsonObject> {
    const link = this.#link(id);
    return link === undefined ? notConnected : link.ask({ type: 'usage' }, limitMs.usage);
  }

  onPayload(listener: (run: Run, payload: RunPayload) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A run left something beside its outputs. */
  tell(run: Run, payload: RunPayload): void {
    for (const listener of this.#listeners) listener(run, payload);
  }

  async #ask(question: KernelQuestion, ms: number): Promise<Fault | JsonObject> {
    const session = findSession(this.#state(), undefined);
    if (isFault(session)) return session;
    const link = this.#link(session.binding.id);
    return link === undefined ? notConnected : link.ask(question, ms);
  }
}

/** The kernel's place in code points → UTF-16 units; what is no place is the cursor. */
function placeIn(code: string, points: JsonValue | undefined, cursor: number): number {
  return typeof points === 'number' && Number.isInteger(points) && points >= 0
    ? unitsAt(code, points)
    : Math.min(cursor, code.length);
}

function readMatches(told: JsonObject): { text: string; type?: string }[] {
  const matches = told['matches'];
  if (!Array.isArray(matches)) return [];
  const metadata = told['metadata'];
  const typed = isJsonObject(metadata) ? metadata['_jupyter_types_experimental'] : undefined;
  const types = new Map<JsonValue, JsonValue>();
  for (const one of Array.isArray(typed) ? typed : [])
    if (isJsonObject(one)) types.set(one['text'] ?? null, one['type'] ?? null);
  const seen = new Set<string>();
  return matches.slice(0, mostMatches).flatMap((text: JsonValue) => {
    if (typeof text !== 'string' || text === '' || seen.has(text)) return [];
    seen.add(text);
    const type = types.get(text);
    return typeof type === 'string' && type !== '' && type !== '<unknown>' ? [{ text, type }] : [{ text }];
  });
}

/** Triples of session, line and input; the newest that fit. */
function readHistory(history: JsonValue | undefined): string[] {
  const inputs: string[] = [];
  let size = 0;
  for (const entry of Array.isArray(history) ? history.toReversed() : []) {
    const input: JsonValue = Array.isArray(entry) ? (entry[2] ?? null) : null;
    // With `output` some kernels answer a pair of input and output.
    const text = Array.isArray(input) ? input[0] : input;
    if (typeof text !== 'string' || text.trim() === '') continue;
    size += text.length;
    if (size > mostHistory) break;
    inputs.push(text);
  }
  return inputs.toReversed();
}
