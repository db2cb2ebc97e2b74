import { createHash } from 'node:crypto';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { KernelQuestion } from '#server/kinds/gateway/port.ts';
import { readAgentAnswer, type AgentAnswer } from './agent-answer.ts';
import { agentSource, askAgent, enterAgent, type AgentSource } from './agent-source.ts';
import type { ClusterForKernel } from './cluster-directory.ts';

export type AgentParts = {
  /** Whether the kernel may have an agent at all. */
  readonly enabled: () => boolean;
  /** A run is in flight: what is sent now may be thrown away with it, should it end with an error. */
  readonly busy: () => boolean;
  /** Sends at once, behind what was sent before; answers whenever the kernel comes to it. */
  readonly ask: (question: KernelQuestion, limitMs: number) => Promise<Fault | JsonObject>;
  /** The cluster that the kernel is to know; null: none. */
  readonly cluster: () => Fault | ClusterForKernel | null;
  /** The kernel knows the cluster now, or why it does not. */
  readonly told: (cluster: ClusterId, why: string | null) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly ticks: () => number;
  /** One line for the operator. */
  readonly report: (problem: string) => void;
};

/** A kernel that fails at it so often is left alone until it is another one. */
const mostFailures = 3;
const reachLimitMs = 6_000;
/** A cluster that was not reached is tried again before a run, at most so often: it may cost the run 2 s. */
const restMs = 30_000;

/**
 * What we have inside the kernel of one session: brings it there before the first run, and tells it of its cluster before
 * the next one. Each run follows on the same channel what it needs, so that nothing is waited for. Keeps no secret.
 */
export class SessionAgent {
  readonly #parts: AgentParts;
  readonly #agent: AgentSource;
  #connected = false;
  /** `perhaps`: an earlier process of this server brought one. */
  #here: 'no' | 'perhaps' | 'asked' | 'yes';
  /** What the kernel was last told of a cluster, as `markOf` names it; undefined: nobody knows. */
  #told: string | null | undefined;
  /** What the kernel did not reach, and until when it is not asked to again. */
  #unreached: { readonly mark: string | null; readonly until: number } | null = null;
  #failures = 0;
  /** Counts kernels: what an earlier one answers late says nothing of this one. */
  #kernel = 0;

  constructor(parts: AgentParts, options: { readonly fresh: boolean; readonly agent?: AgentSource }) {
    this.#parts = parts;
    this.#agent = options.agent ?? agentSource();
    this.#here = options.fresh ? 'no' : 'perhaps';
  }

  /** The line takes messages, or does not. */
  lineIs(connected: boolean): void {
    this.#connected = connected;
    if (connected) void this.prepare();
  }

  /** The kernel has failed at it too often. */
  get gaveUp(): boolean {
    return this.#failures >= mostFailures;
  }

  /** Somebody wants the kernel told again, whatever came of it before. */
  tellAnew(): void {
    this.#told = undefined;
    this.#unreached = null;
  }

  /** Another process has taken the kernel's place. */
  forget(): void {
    this.#forgetTelling();
    this.#failures = 0;
    this.#kernel += 1;
  }

  /**
   * Sends what the kernel lacks. Called whenever something else is about to be sent: what was sent before is done before.
   * Null: nothing was sent. `ahead`: of a run that is about to leave.
   */
  async prepare({ ahead = false } = {}): Promise<AgentAnswer | Fault | null> {
    const { enabled, busy, cluster, told, ticks } = this.#parts;
    if (!this.#connected || (busy() && !ahead) || !enabled() || this.gaveUp) return null;
    const found = cluster();
    // One that is not ready is asked for again before the next run.
    const wanted = isFault(found) ? null : found;
    const mark = isFault(found) ? this.#told : markOf(wanted);
    const isThere = this.#here === 'yes' || this.#here === 'asked';
    const rests = mark !== undefined && this.#unreached?.mark === mark && ticks() < this.#unreached.until;
    const nothingToTell = mark === this.#told || rests;
    if (isThere && nothingToTell) return null;
    const request = nothingToTell ? {} : { bind: wanted };
    const enter = this.#here !== 'perhaps';
    this.#here = 'asked';
    if (!rests) this.#told = mark;
    const expression = enter ? enterAgent(this.#agent, request) : askAgent(this.#agent, request);
    const kernel = this.#kernel;
    const answer = readAgentAnswer(await this.#parts.ask({ type: 'evaluate', expression }, Infinity));
    if (kernel !== this.#kernel) return null;
    if (answer === null && !enter) {
      this.#forgetTelling();
      return this.prepare();
    }
    if (answer === null || isFault(answer)) {
      this.#failed(answer);
      return answer;
    }
    this.#here = 'yes';
    const why = wanted === null || answer.bind === undefined ? null : whyNot(wanted, answer.bind);
    // Tried again before the next run: somebody may have mended it.
    if (why !== null && this.#told === mark) this.#told = undefined;
    if (answer.bind?.unreachable !== undefined && mark !== undefined)
      this.#unreached = { mark, until: ticks() + restMs };
    if (wanted !== null && answer.bind !== undefined) told(wanted.cluster.id, why);
    return answer;
  }

  /** Which of these the kernel reaches: null, or why not. */
  async reach(
    addresses: Readonly<Record<string, ClusterForKernel['address']>>,
  ): Promise<Fault | Readonly<Record<string, string | null>>> {
    if (!this.#parts.enabled()) return agentOff;
    if (this.#here !== 'yes') await this.prepare();
    const expression = askAgent(this.#agent, { reach: addresses });
    const told = await this.#parts.ask({ type: 'evaluate', expression, aside: true }, reachLimitMs);
    const answer = readAgentAnswer(told);
    if (isFault(answer)) return answer;
    return answer?.reach ?? fault('kernel.noAgent', 'What Farfield has inside the kernel did not answer.');
  }

  #forgetTelling(): void {
    this.#here = 'no';
    this.tellAnew();
  }

  #failed(why: Fault | null): void {
    this.#forgetTelling();
    // What was on its way when the line broke is sent again on the next one.
    if (!this.#connected) return;
    this.#failures += 1;
    if (this.#failures === 1) this.#parts.report(`session: the kernel has no agent: ${why?.message ?? 'no answer'}`);
  }
}

/** Whether it is the same telling: of the same cluster, with the same ways in, which the mark does not hold. */
function markOf(wanted: ClusterForKernel | null): string | null {
  return wanted === null ? null : createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
}

function whyNot({ cluster, module }: ClusterForKernel, said: NonNullable<AgentAnswer['bind']>): string | null {
  if (said.unreachable !== undefined) return `the kernel cannot reach “${cluster.label}”: ${said.unreachable}`;
  if (said.open !== undefined) return whatStays[said.open];
  return said.installed === false ? `the kernel has no module ${module}: install it there` : null;
}

const whatStays = {
  spark:
    'a Spark session is open in the kernel and goes on where it is: end it with spark.stop(), or restart the kernel',
  ray: 'Ray is at work in the kernel and goes on where it is: end it with ray.shutdown(), or restart the kernel',
  rayImport: 'Ray was imported in the kernel before, and would listen on the network: restart the kernel',
} as const;

export const agentOff = fault(
  'kernel.noAgent',
  'This kernel has nothing of Farfield inside: it is no Python kernel, or that is switched off.',
  'Switch it on in the settings, or choose a Python kernel.',
);
