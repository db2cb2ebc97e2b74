import { crc32 } from 'node:zlib';
import type { LoadedCell, SessionEvent } from '#lib/core/session/event.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import { headerBytes, type FrameHead } from './read-journal.ts';

/** UTF-16 units of a frame, about: one string and its bytes are in memory at a time. */
const usualWeight = 8 * 1024 * 1024;

export function frame(content: FrameHead | readonly SessionEvent[]): Buffer {
  const json = JSON.stringify(content);
  const length = Buffer.byteLength(json);
  const bytes = Buffer.allocUnsafe(headerBytes + length);
  bytes.write(json, headerBytes);
  bytes.writeUInt32LE(length, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(headerBytes)), 4);
  return bytes;
}

/**
 * A journal that begins with this snapshot, frame by frame: a notebook may hold more than one string can. The heads
 * around it say whether it is there as a whole.
 */
export function* snapshotFrames(
  generation: number,
  events: readonly SessionEvent[],
  weight = usualWeight,
): Generator<Buffer> {
  yield frame({ generation, snapshot: 'begins' });
  let part: SessionEvent[] = [];
  let sum = 0;
  for (const event of slices(events, weight)) {
    const its = weigh(event);
    if (part.length > 0 && sum + its > weight) {
      yield frame(part);
      part = [];
      sum = 0;
    }
    part.push(event);
    sum += its;
  }
  if (part.length > 0) yield frame(part);
  yield frame({ generation, snapshot: 'ends' });
}

/** The same events; the cells of one in several, where they are large. */
function* slices(events: readonly SessionEvent[], weight: number): Generator<SessionEvent> {
  for (const event of events) {
    if (event.type !== 'CellsLoaded') {
      yield event;
      continue;
    }
    let cells: LoadedCell[] = [];
    let sum = 0;
    for (const cell of event.cells) {
      const its = weighCell(cell);
      if (cells.length > 0 && sum + its > weight) {
        yield { ...event, cells };
        cells = [];
        sum = 0;
      }
      cells.push(cell);
      sum += its;
    }
    yield { ...event, cells };
  }
}

function weigh(event: SessionEvent): number {
  const names = 200;
  if (event.type === 'CellsLoaded') return event.cells.reduce((sum, cell) => sum + weighCell(cell), names);
  if (event.type === 'RunStarted') return names + (event.source?.length ?? 0);
  if (event.type === 'CellsRan') return names + 40 * event.cellIds.length;
  return names;
}

function weighCell({ outputs }: LoadedCell): number {
  return outputs.reduce((sum, output) => sum + weighOutput(output) + 100, 100);
}
