import { z } from 'zod';
import { clusterKindSchema } from '#lib/core/cluster/kind.ts';
import type {
  CellId,
  ClusterId,
  GatewayId,
  InputId,
  KernelId,
  PrincipalId,
  RequestId,
  RunId,
  SessionId,
} from '#lib/core/ids.ts';
import { jsonObjectSchema } from '#lib/core/json.ts';
import { mimeBundleSchema, outputSchema, streamOutputSchema } from '#lib/core/notebook/output.ts';
import { deathSchema, kernelExitSchema } from './death.ts';
import { progressSchema } from './progress.ts';

/**
 * The log of a notebook: everything that is not written by people. Past tense, in journal order. The same events feed
 * the reducer on the server (which also gets effects back) and in every browser (which ignores them).
 */
const id = <Id extends string>() => z.custom<Id>((value) => typeof value === 'string' && value.length > 0);

export const kernelStatusSchema = z.enum(['none', 'starting', 'idle', 'busy', 'restarting', 'reconnecting', 'dead']);
export type KernelStatus = z.infer<typeof kernelStatusSchema>;

export const runOutcomeSchema = z.enum(['ok', 'error', 'cancelled', 'lost']);
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

/** Why nothing leaves a queue: a person held it, or interrupted the cell that those in it waited for. */
export const holdReasonSchema = z.enum(['asked', 'interrupted']);
export type HoldReason = z.infer<typeof holdReasonSchema>;

/** What is known of a session when it is bound; `clientId` is the Jupyter session id that is persisted and reused. */
export const sessionBindingSchema = z.object({
  id: id<SessionId>(),
  gatewayId: id<GatewayId>(),
  gatewayLabel: z.string(),
  kernelId: id<KernelId>(),
  kernelName: z.string(),
  displayName: z.string(),
  language: z.string(),
  clientId: z.string(),
});
export type SessionBinding = z.infer<typeof sessionBindingSchema>;

/** The cluster that the code of a session finds without an address. */
export const boundClusterSchema = z.object({
  id: id<ClusterId>(),
  kind: clusterKindSchema,
  label: z.string().max(256),
});
export type BoundCluster = z.infer<typeof boundClusterSchema>;

export const loadedCellSchema = z.object({
  cellId: id<CellId>(),
  outputs: z.array(outputSchema),
  executionCount: z.number().nullable(),
});
export type LoadedCell = z.infer<typeof loadedCellSchema>;

/** `at`: milliseconds since 1970, read at the edge. `by`: who caused it; the server's own id for what kernels do. */
const base = { at: z.number(), by: id<PrincipalId>() };
const run = { ...base, runId: id<RunId>() };

export const sessionEventSchema = z.discriminatedUnion('type', [
  /** Results read from the file (first open, or changed on disk): replaces those of the listed cells. */
  z.object({ ...base, type: z.literal('CellsLoaded'), cells: z.array(loadedCellSchema) }),
  /** A person cleared outputs. */
  z.object({ ...base, type: z.literal('CellsCleared'), cellIds: z.array(id<CellId>()) }),
  z.object({ ...base, type: z.literal('SessionBound'), session: sessionBindingSchema }),
  z.object({ ...base, type: z.literal('SessionUnbound'), sessionId: id<SessionId>(), reason: z.string() }),
  z.object({
    ...base,
    type: z.literal('KernelStatusChanged'),
    sessionId: id<SessionId>(),
    status: kernelStatusSchema,
    /** Why, in the user's words, where there is something to say. */
    reason: z.string().optional(),
  }),
  /**
   * From its next run on the session's kernel knows this cluster, or none. `reason`: why it does not know it yet. What
   * lets it in is in no log.
   */
  z.object({
    ...base,
    type: z.literal('ClusterBound'),
    sessionId: id<SessionId>(),
    cluster: boundClusterSchema.nullable(),
    reason: z.string().optional(),
  }),
  /** The kernel ended and nobody here asked for it: what ran is lost, what waited is cancelled. Its status follows. */
  z.object({ ...base, type: z.literal('KernelDied'), sessionId: id<SessionId>(), death: deathSchema }),
  /** Why it ended, where that was found out later. */
  z.object({ ...base, type: z.literal('DeathExplained'), sessionId: id<SessionId>(), exit: kernelExitSchema }),
  /** A person has read what was said of the end, or acted on it. */
  z.object({ ...base, type: z.literal('DeathDismissed'), sessionId: id<SessionId>() }),
  /** A person restarts the kernel: nothing has run in the new one. */
  z.object({ ...base, type: z.literal('KernelRenewed'), sessionId: id<SessionId>() }),
  /** Somebody used the kernel, or wants it kept: it counts as idle from `at` on. */
  z.object({ ...base, type: z.literal('SessionUsed'), sessionId: id<SessionId>() }),
  /** The kernel is shut down at `end` unless somebody uses it; null: it is not. */
  z.object({ ...base, type: z.literal('IdleAnnounced'), sessionId: id<SessionId>(), end: z.number().nullable() }),
  /** Which cells have run in the present kernel; in a log that was rebuilt from a state. */
  z.object({ ...base, type: z.literal('CellsRan'), sessionId: id<SessionId>(), cellIds: z.array(id<CellId>()) }),
  z.object({ ...run, type: z.literal('RunRequested'), cellId: id<CellId>(), sessionId: id<SessionId>() }),
  /** What came of a request for runs: kept for a while, so that the same request sent again runs nothing twice. */
  z.object({ ...base, type: z.literal('RequestAnswered'), requestId: id<RequestId>(), runIds: z.array(id<RunId>()) }),
  /** Whatever of `runIds` still waits takes this order; the others keep theirs behind. */
  z.object({ ...base, type: z.literal('QueueReordered'), sessionId: id<SessionId>(), runIds: z.array(id<RunId>()) }),
  /** Nothing leaves the queue until it is released; the running cell goes on. */
  z.object({ ...base, type: z.literal('QueueHeld'), sessionId: id<SessionId>(), why: holdReasonSchema }),
  z.object({ ...base, type: z.literal('QueueReleased'), sessionId: id<SessionId>() }),
  /** Whether an error takes what waits with it. */
  z.object({ ...base, type: z.literal('StopOnErrorSet'), sessionId: id<SessionId>(), stop: z.boolean() }),
  /**
   * Journaled before the request leaves, so that a restarted server knows which message belongs to which cell. `source`
   * is what was sent: for the journal and the ledger, not for browsers.
   */
  z.object({ ...run, type: z.literal('RunStarted'), msgId: z.string(), source: z.string().optional() }),
  /** From `execute_input` or `execute_reply`. */
  z.object({ ...run, type: z.literal('ExecutionCountSet'), executionCount: z.number().nullable() }),
  /** Consecutive ones of one run and name may be merged by concatenating `text`: the reducer gives the same state. */
  z.object({ ...run, type: z.literal('StreamArrived'), name: z.string(), text: z.string() }),
  /**
   * Text of a stream output lies in the blob store now: `characters` of it, from the character `from` of the whole text
   * on. Before the first of them is the head, which stays.
   */
  z.object({
    ...run,
    type: z.literal('StreamStored'),
    /** Place of the output in its cell. */
    output: z.number(),
    hash: z.string(),
    from: z.number(),
    characters: z.number(),
    bytes: z.number(),
    lines: z.number(),
  }),
  /**
   * On the wire alone, in place of text that came faster than anybody can read: what the last output of a run is now,
   * with its beginning and its end.
   */
  z.object({ ...run, type: z.literal('StreamAdvanced'), output: z.number(), stream: streamOutputSchema }),
  z.object({ ...run, type: z.literal('OutputArrived'), output: outputSchema }),
  /**
   * A value of a bundle lies in the blob store now, as JSON: `bytes` of it. For the journal alone: browsers keep the value
   * they got.
   */
  z.object({
    ...base,
    type: z.literal('ValueStored'),
    cellId: id<CellId>(),
    /** Place of the output in its cell. */
    output: z.number(),
    mime: z.string(),
    hash: z.string(),
    bytes: z.number(),
    characters: z.number(),
    /** Pixels of an image, where they are known. */
    width: z.number().nullable(),
    height: z.number().nullable(),
  }),
  /** How far the engine is with what the run asked of it. The last one counts. */
  z.object({ ...run, type: z.literal('ProgressArrived'), progress: progressSchema }),
  z.object({ ...run, type: z.literal('OutputsCleared'), wait: z.boolean() }),
  /** `update_display_data`: changes every output with this display id in all cells of the notebook, creates none. */
  z.object({
    ...base,
    type: z.literal('DisplayUpdated'),
    displayId: z.string(),
    data: mimeBundleSchema,
    metadata: jsonObjectSchema,
  }),
  /** The code asks a person (`input()`, `getpass()`) and waits. The end of its run withdraws the question. */
  z.object({
    ...run,
    type: z.literal('InputRequested'),
    inputId: id<InputId>(),
    prompt: z.string(),
    password: z.boolean(),
  }),
  /** `text`: what was answered; null for a password, which goes to the kernel alone. */
  z.object({ ...run, type: z.literal('InputAnswered'), inputId: id<InputId>(), text: z.string().nullable() }),
  /** An output of ours under this display id was premature: it goes. */
  z.object({ ...base, type: z.literal('DisplayRemoved'), displayId: z.string() }),
  /**
   * The number of a message of the kernel, journaled with what the message said, so that a restarted server knows exactly
   * what it has. For the journal alone. `prefix`: the process that counts, where it is another one than before.
   * `aside`: it came on another channel than iopub. `foreign`: another session of the kernel may need it, too; all others
   * are this session's own, from `from` to `n` where several are said at once.
   */
  z.object({
    ...base,
    type: z.literal('KernelHeard'),
    sessionId: id<SessionId>(),
    n: z.number(),
    prefix: z.string().optional(),
    aside: z.literal(true).optional(),
    foreign: z.literal(true).optional(),
    from: z.number().optional(),
  }),
  /** How many other front ends are connected to the session's kernel. */
  z.object({ ...base, type: z.literal('KernelShared'), sessionId: id<SessionId>(), others: z.number() }),
  /** Runs that waited were taken out of their queues, in this order; what started meanwhile is left alone. */
  z.object({ ...base, type: z.literal('RunsCancelled'), runIds: z.array(id<RunId>()), reason: z.string() }),
  z.object({ ...run, type: z.literal('RunFinished'), outcome: runOutcomeSchema, reason: z.string().optional() }),
]);

export type SessionEvent = z.infer<typeof sessionEventSchema>;
export type SessionEventOf<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;
