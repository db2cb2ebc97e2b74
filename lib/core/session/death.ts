import { z } from 'zod';
import type { CellId } from '#lib/core/ids.ts';

const id = <Id extends string>() => z.custom<Id>((value) => typeof value === 'string' && value.length > 0);

/** Memory at one moment, in bytes: what the kernel has, what the machine (or its limit) has in use, and has in all. */
export const memorySampleSchema = z.object({ at: z.number(), kernel: z.number(), used: z.number(), total: z.number() });
export type MemorySample = z.infer<typeof memorySampleSchema>;

/** How a process ended, as its parent knows it. */
export const kernelExitSchema = z.object({
  /** Its own exit status; null when a signal ended it. */
  code: z.number().nullable(),
  /** `SIGKILL`, `SIGSEGV` …; null when it ended by itself. */
  signal: z.string().nullable(),
  /** Somebody had asked the gateway to end it. */
  asked: z.boolean(),
  /** The system ended processes for lack of memory meanwhile; null: it does not say. */
  starved: z.boolean().nullable(),
});
export type KernelExit = z.infer<typeof kernelExitSchema>;

/** What is known of the end of a kernel that nobody here asked for. */
export const deathSchema = z.object({
  /** ms since 1970 */
  at: z.number(),
  /** The cell that ran; null when none did. */
  cellId: id<CellId>().nullable(),
  /** How many runs waited and were cancelled. */
  cancelled: z.number(),
  /** Its gateway starts it anew by itself. */
  restarted: z.boolean(),
  /** The code cells that had run in it, in their order, without the one that was running. */
  ran: z.array(id<CellId>()),
  /** It was shut down here after so many minutes without use; null: it was not. */
  idleMinutes: z.number().nullable(),
  /** Null while, or because, it is not known. */
  exit: kernelExitSchema.nullable(),
  /** The last minutes, oldest first; empty where it is not known. */
  memory: z.array(memorySampleSchema),
});
export type Death = z.infer<typeof deathSchema>;
