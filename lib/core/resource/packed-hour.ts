import { Hour, type Points } from './hour.ts';

/** Points as they travel: one stretch of bytes for the times (64 bits each), one for the values (32 bits), name by name. */
export type PackedPoints = {
  readonly names: readonly string[];
  readonly times: Uint8Array;
  readonly values: Uint8Array;
};

export function packPoints({ times, values }: Points): PackedPoints {
  const names = [...values.keys()];
  const all = new Float32Array(times.length * names.length);
  let at = 0;
  for (const column of values.values()) {
    all.set(column, at);
    at += times.length;
  }
  return { names, times: bytesOf(times), values: bytesOf(all) };
}

/** An hour that begins with these points. Null: they do not fit together. */
export function unpackHour({ names, times, values }: PackedPoints): Hour | null {
  if (times.byteLength % 8 !== 0 || values.byteLength !== (times.byteLength / 8) * 4 * names.length) return null;
  const at = new Float64Array(aligned(times));
  const all = new Float32Array(aligned(values));
  const hour = new Hour();
  for (const [place, time] of at.entries()) {
    const point = new Map<string, number | null>();
    for (const [column, name] of names.entries()) {
      const value = all[column * at.length + place] ?? Number.NaN;
      point.set(name, Number.isNaN(value) ? null : value);
    }
    hour.put(time, point);
  }
  return hour;
}

const bytesOf = (values: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A copy that begins where its numbers may begin. */
const aligned = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
