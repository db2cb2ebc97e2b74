import { z } from 'zod';

/**
 * Expected trouble, as a value. Every code is listed here with who raises it; `message` is the sentence a person reads,
 * `hint` what they can do next. Bugs throw; faults are returned.
 */
export const faultCodes = [
  'request.invalid', // raised by the HTTP and socket edge: a schema did not match
  'request.unsupported', // raised by the edge: unknown route, method or media type
  'access.signedOut', // raised by the edge: no or expired session
  'access.denied', // raised by decide()
  'access.origin', // raised by the edge: foreign Origin or Host
  'access.code', // raised by sign-in: wrong, used or expired one-time code
  'file.notFound',
  'file.exists',
  'file.path', // raised by the workspace: leaves the root, or has a forbidden character
  'file.kind', // a folder where a file is expected, or the reverse
  'file.permission',
  'file.changed', // the file on disk is not the one the writer had read
  'file.noSpace',
  'file.io',
  'file.tooLarge',
  'upload.notFound', // raised by uploads: cancelled, finished or swept after a day
  'upload.offset', // raised by uploads: the server has another number of bytes than the browser thinks
  'notebook.broken', // raised by the reader: not JSON, or not a notebook
  'notebook.readonly', // raised by the document room
  'notebook.notOpen',
  'document.epoch', // raised by the room: the client's history is of another epoch
  'document.behind', // raised by the room: the asked-for state vector did not arrive in time
  'cell.notFound',
  'cell.notCode',
  'output.notFound', // raised by the image route: the cell shows other outputs by now
  'blob.notFound', // raised by the blob store: swept, or of another server
  'blob.damaged', // raised by the blob store: the bytes are not those that were put
  'run.notFound',
  'run.alreadyRunning', // raised by the page: the cell runs as it is, so it was not queued again
  'input.answered', // raised by a session: somebody else's answer was first
  'input.withdrawn', // raised by a session: the run that asked is over
  'session.none', // raised by run requests: the notebook has no kernel
  'session.notFound',
  'kernel.dead',
  'kernel.start', // raised by a gateway adapter: the gateway refused or failed to start a kernel
  'kernel.startCancelled', // raised by a gateway adapter: whoever started it called the start off
  'kernel.notFound',
  'kernel.busy', // raised by a kernel link: it runs a cell and can answer nothing beside it
  'kernel.noAnswer', // raised by a kernel link: nothing came in time, or the kernel failed at the question
  'kernel.noAgent', // raised by a session: another language, switched off, or it does not answer
  'kernel.superseded', // raised by the socket edge: a newer question of the same page took the place of this one
  'gateway.unreachable',
  'gateway.refused', // token refused (401, 403)
  'gateway.notJupyter',
  'gateway.certificate',
  'gateway.timeout',
  'gateway.exists',
  'gateway.notFound',
  'gateway.asleep', // raised by a gateway adapter: what has the kernels is not started yet
  'gateway.noListing', // raised by a gateway adapter: it does not tell which kernels it runs
  'gateway.noTerminals', // raised by a gateway adapter: its kind has none, or they are switched off there
  'gateway.unavailable', // the embedded gateway cannot run here (no Python)
  'cluster.size', // raised by a provider: more than there is here, or less than the engine can live on
  'cluster.start', // raised by a provider: the engine ended, or could not be begun
  'cluster.startCancelled', // raised by a provider: whoever started it called the start off
  'cluster.notFound', // raised by a provider: it has launched nothing by this id, or has stopped it
  'cluster.lost', // raised by a provider: what leads the cluster has ended without being asked to
  'cluster.busy', // raised by the cluster's reducer: work runs that the request would hit; it can be asked for all the same
  'cluster.unreachable', // raised by a cluster adapter, like the next four
  'cluster.timeout',
  'cluster.refused', // token refused (401, 403)
  'cluster.certificate',
  'cluster.notThis', // something else answers there
  'cluster.notOffered', // raised by a cluster adapter: the engine can, this cluster does not offer it
  'template.notFound', // raised by the cluster templates: deleted, or of another server
  'template.shipped', // raised by the cluster templates: it comes with the product and stays as it is
  'template.tooMany', // raised by the cluster templates
  'engine.missing', // raised by a provider: the engine is not here and could not be installed
  'terminal.notFound', // raised by a gateway adapter: its shell has ended
  'terminal.away', // raised by a terminal: its line is down, or it has ended, so that nothing can be typed
  'terminal.tooMany', // raised by the terminals: as many are held as one server holds
  'resource.tooMany', // raised by the socket's resource handlers: one page follows as many targets as it may
  'outbound.refused', // raised by the outbound guard
  'protocol.version', // raised by the socket edge: reload the page
  'server.stopping',
] as const;

export type FaultCode = (typeof faultCodes)[number];

export const faultSchema = z.object({
  fault: z.enum(faultCodes),
  message: z.string(),
  hint: z.string().optional(),
  retryAfterMs: z.number().optional(),
});

export type Fault = {
  readonly fault: FaultCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly retryAfterMs?: number | undefined;
};

/** Builds a fault; `hint` is the next step in the user's words. */
export function fault(code: FaultCode, message: string, hint?: string): Fault {
  return hint === undefined ? { fault: code, message } : { fault: code, message, hint };
}

export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'fault' in value && 'message' in value;
}

/** A fault on its way through code that can only throw (streams, callbacks of libraries). Caught at the edge. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;
  constructor(value: Fault, options?: ErrorOptions) {
    super(value.message, options);
    this.fault = value;
  }
}

export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}
