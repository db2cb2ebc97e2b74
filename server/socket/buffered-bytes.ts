import type { Socket } from 'socket.io';
import { isJsonObject } from '#lib/core/json.ts';

/**
 * Bytes that wait for a browser in the engine of socket.io and in its WebSocket. Neither has a public name in the types:
 * fields that another version calls otherwise read as nothing waiting.
 */
export function bufferedBytes(socket: Pick<Socket, 'conn'>): number {
  const engine: unknown = socket.conn;
  if (!isJsonObject(engine)) return 0;
  const packets: unknown = engine['writeBuffer'];
  let bytes = 0;
  if (Array.isArray(packets)) {
    for (const packet of packets as unknown[]) bytes += isJsonObject(packet) ? lengthOf(packet['data']) : 0;
  }
  const transport: unknown = engine['transport'];
  const line: unknown = isJsonObject(transport) ? transport['socket'] : undefined;
  const waiting: unknown = isJsonObject(line) ? line['bufferedAmount'] : undefined;
  return typeof waiting === 'number' ? bytes + waiting : bytes;
}

function lengthOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : 0;
}
