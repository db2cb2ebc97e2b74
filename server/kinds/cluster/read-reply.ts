import type { z } from 'zod';
import { fault, type Fault } from '#lib/core/fault.ts';
import type { ClusterReply } from './port.ts';

/** What a model reads in the JSON of an answer; null: it is none, or another one. */
export function readReply<Model extends z.ZodType>(
  { status, text }: ClusterReply,
  model: Model,
): z.output<Model> | null {
  if (status !== 200) return null;
  const read = model.safeParse(parsed(text));
  return read.success ? read.data : null;
}

/** What answers is another thing than the engine. `where`: “Where a Dask scheduler tells of its tasks”. */
export function notThis({ status, contentType }: ClusterReply, where: string, hint: string): Fault {
  const what = status === 200 ? (contentType.includes('html') ? 'a web page' : 'something else') : `status ${status}`;
  return fault('cluster.notThis', `${where} there is ${what}.`, hint);
}

/** The engine is there, and something went wrong in it. `who`: “The scheduler”. */
export function failedAt(who: string, { status }: ClusterReply): Fault {
  return fault('cluster.unreachable', `${who} failed at the request (${status}).`, 'Its log says why.');
}

/** There is no such log. `head`: what is said where the head's own is missing. */
export function noLog(workerId: string | null, head: string): Fault {
  return fault('cluster.notOffered', workerId === null ? head : `There is no worker ${workerId} any more.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
