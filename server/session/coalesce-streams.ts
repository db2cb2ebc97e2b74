import type { RunId } from '#lib/core/ids.ts';
import type { StreamOutput } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { shortenStream } from '#lib/core/session/stream-output.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';

/** Characters of one run's text in one batch: eight of a fast reader's screens per second fit in many times. */
const mostText = 256 * 1024;

/** What a batch says last of one run's output. */
type Ending = { readonly name: string; readonly places: number[]; characters: number };

/**
 * A batch of events that ends at this state, for browsers: where a run wrote more text than anybody can read at once,
 * what its output is now stands in place of the text.
 */
export function coalesceStreams(events: readonly SessionEvent[], state: NotebookRunState): readonly SessionEvent[] {
  const endings = findEndings(events);
  const instead = new Map<number, SessionEvent | null>();
  for (const [runId, { name, places, characters }] of endings) {
    const present = characters > mostText ? lastStream(state, runId, name) : null;
    const last = places[0];
    const event = last === undefined ? undefined : events[last];
    if (present === null || last === undefined || event === undefined) continue;
    for (const place of places) instead.set(place, null);
    const { at, by } = event;
    instead.set(last, { type: 'StreamAdvanced', at, by, runId, output: present.output, stream: present.stream });
  }
  if (instead.size === 0) return events;
  return events.flatMap((event, place) => {
    const other = instead.get(place);
    return other === undefined ? event : (other ?? []);
  });
}

/** Text events of each run behind which nothing else changes its cell, from the last one back. */
function findEndings(events: readonly SessionEvent[]): ReadonlyMap<RunId, Ending> {
  const endings = new Map<RunId, Ending>();
  const closed = new Set<RunId>();
  for (let place = events.length - 1; place >= 0; place -= 1) {
    const event = events[place];
    if (event === undefined || event.type === 'CellsCleared' || event.type === 'CellsLoaded') break;
    if (event.type === 'RunStarted') break;
    if (!('runId' in event) || closed.has(event.runId)) continue;
    const ending = endings.get(event.runId);
    if (event.type === 'StreamArrived' && (ending === undefined || ending.name === event.name)) {
      const known = ending ?? { name: event.name, places: [], characters: 0 };
      known.places.push(place);
      known.characters += event.text.length;
      endings.set(event.runId, known);
    } else if (event.type === 'StreamArrived' || event.type === 'OutputArrived' || event.type === 'OutputsCleared') {
      closed.add(event.runId);
    }
  }
  return endings;
}

function lastStream(
  state: NotebookRunState,
  runId: RunId,
  name: string,
): { readonly output: number; readonly stream: StreamOutput } | null {
  const run = state.runs.get(runId);
  const outputs = (run && state.cells.get(run.cellId)?.outputs) ?? [];
  const last = outputs.at(-1);
  if (last?.output_type !== 'stream' || last.name !== name) return null;
  return { output: outputs.length - 1, stream: shortenStream(last) };
}
