import { z } from 'zod';
import type {
  CellId,
  ClusterId,
  EpochId,
  GatewayId,
  InputId,
  KernelId,
  NotebookId,
  RequestId,
  RunId,
  SessionId,
  TerminalName,
} from '#lib/core/ids.ts';
import { faultSchema } from '#lib/core/fault.ts';

/** Fields shared by messages and routes. */
const opaqueId = <Id extends string>() =>
  z
    .string()
    .min(1)
    .max(128)
    .transform((value) => value as Id);

export const cellIdField = opaqueId<CellId>();
export const notebookIdField = opaqueId<NotebookId>();
export const epochIdField = opaqueId<EpochId>();
export const sessionIdField = opaqueId<SessionId>();
export const runIdField = opaqueId<RunId>();
export const inputIdField = opaqueId<InputId>();
export const requestIdField = opaqueId<RequestId>();
export const kernelIdField = opaqueId<KernelId>();
export const gatewayIdField = opaqueId<GatewayId>();
export const clusterIdField = opaqueId<ClusterId>();

/** What Jupyter takes as the name of a terminal. */
export const terminalNameField = z
  .string()
  .regex(/^\w{1,64}$/)
  .transform((value) => value as TerminalName);

/** A path inside the workspace: `/`-separated, relative, no leading slash; `''` is the root. Checked again on the server. */
export const pathField = z.string().max(4096);

/** Code around a cursor: a longer cell sends the part around it. */
export const codeField = z.string().max(1_000_000);

/** Binary on the socket: Node receives a Buffer, a browser an ArrayBuffer. */
export const bytesField = z
  .custom<Uint8Array | ArrayBuffer>(
    (value) => value instanceof Uint8Array || value instanceof ArrayBuffer,
    'binary data expected',
  )
  .transform((value): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(value)));

/** Position in a notebook's log. A new generation begins at each recovery; `seq` counts events within it from 0. */
export const cursorField = z.object({
  generation: z.number().int().nonnegative(),
  seq: z.number().int().nonnegative(),
});
export type Cursor = z.infer<typeof cursorField>;

/** Every acknowledgement is either the reply or a fault. */
export const replyOr = <Reply extends z.ZodType>(reply: Reply) => z.union([faultSchema, reply]);
