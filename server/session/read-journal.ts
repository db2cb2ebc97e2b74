import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { sessionEventSchema, type SessionEvent } from '#lib/core/session/event.ts';

export const headerBytes = 8;
/** A longer frame was never written: its length is damaged. */
const mostFrameBytes = 1024 * 1024 * 1024;
const headSchema = z.object({
  generation: z.number(),
  /** Around a snapshot, which takes several frames. */
  snapshot: z.enum(['begins', 'ends']).optional(),
});
const frameSchema = z.union([headSchema, z.array(sessionEventSchema)]);

export type FrameHead = z.infer<typeof headSchema>;

export type JournalRead = {
  readonly generation: number;
  readonly events: number;
  /** Everything up to the first frame that is short, does not match its checksum or is not ours. */
  readonly validBytes: number;
  readonly fileBytes: number;
  /**
   * `torn`: the last write was not finished. `damaged`: more than one write is behind the place where reading ended.
   * `foreign`: a frame is whole and yet none that this version reads.
   */
  readonly end: 'whole' | 'torn' | 'damaged' | 'foreign';
  /** Reading ended within the snapshot: what was handed over says less than the notebook's file. */
  readonly isPartial: boolean;
};

/** Hands over the events of a journal in order, one frame at a time. */
export function readJournal(fd: number, take: (events: readonly SessionEvent[]) => void): JournalRead {
  const fileBytes = fstatSync(fd).size;
  const header = Buffer.alloc(headerBytes);
  let generation = 0;
  let events = 0;
  let at = 0;
  let isPartial = false;
  const read = (end: JournalRead['end']): JournalRead => {
    return { generation, events, validBytes: at, fileBytes, end, isPartial };
  };
  while (at < fileBytes) {
    if (!fill(fd, header, at)) return read('torn');
    const length = header.readUInt32LE(0);
    const stop = at + headerBytes + length;
    if (length === 0) return read(isZero(fd, at, fileBytes) ? 'torn' : 'damaged');
    if (stop > fileBytes) return read(length > mostFrameBytes ? 'damaged' : 'torn');
    const json = Buffer.allocUnsafe(length);
    if (!fill(fd, json, at + headerBytes)) return read('torn');
    if (crc32(json) !== header.readUInt32LE(4)) {
      return read(stop === fileBytes || isZero(fd, stop, fileBytes) ? 'torn' : 'damaged');
    }
    const content = parseFrame(json);
    if (content === null) return read('foreign');
    if ('generation' in content) {
      generation = content.generation;
      if (content.snapshot !== undefined) isPartial = content.snapshot === 'begins';
    } else {
      take(content);
      events += content.length;
    }
    at = stop;
  }
  return read('whole');
}

/** Writes what is behind `from` into a new file, durably. */
export function copyRest(fd: number, from: number, to: string): void {
  const target = openSync(to, 'w', 0o600);
  try {
    const piece = Buffer.allocUnsafe(1024 * 1024);
    for (let at = from; ;) {
      const count = readSync(fd, piece, 0, piece.length, at);
      if (count === 0) break;
      for (let done = 0; done < count;) done += writeSync(target, piece, done, count - done);
      at += count;
    }
    fsyncSync(target);
  } finally {
    closeSync(target);
  }
}

/** Whether there were bytes enough. */
function fill(fd: number, buffer: Buffer, at: number): boolean {
  let done = 0;
  while (done < buffer.length) {
    const count = readSync(fd, buffer, done, buffer.length - done, at + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

/** File systems leave zeros behind the last write after a power cut. */
export function isZero(fd: number, from: number, to: number): boolean {
  const piece = Buffer.allocUnsafe(64 * 1024);
  for (let at = from; at < to;) {
    const count = readSync(fd, piece, 0, piece.length, at);
    if (count === 0) return true;
    if (piece.subarray(0, count).some((byte) => byte !== 0)) return false;
    at += count;
  }
  return true;
}

function parseFrame(json: Buffer): z.infer<typeof frameSchema> | null {
  try {
    return frameSchema.parse(JSON.parse(json.toString()));
  } catch {
    return null;
  }
}
