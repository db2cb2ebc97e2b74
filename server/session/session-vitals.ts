import { isFault } from '#lib/core/fault.ts';
import type { PrincipalId, SessionId } from '#lib/core/ids.ts';
import type { MemorySample } from '#lib/core/session/death.ts';
import { describeDeath } from '#lib/core/session/describe-death.ts';
import type { SessionBinding, SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { KernelProcesses } from '#server/kinds/gateway/port.ts';
import type { GatewayDirectory } from './find-binding.ts';
import type { SessionEffects } from './session-effects.ts';

export type VitalParts = {
  readonly gateways: GatewayDirectory;
  readonly effects: SessionEffects;
  readonly by: PrincipalId;
  readonly state: () => NotebookRunState;
  readonly stopped: () => boolean;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
};

const sampleEveryMs = 2_000;
/** Two minutes of samples. */
const mostSamples = 60;
/** An end that was written down longer ago than this is that of an earlier process. */
const exitWithinMs = 10 * 60_000;

type Watch = { samples: readonly MemorySample[]; oomKills: number | null; callOff: (() => void) | null };

/**
 * How the kernels of a notebook are, where their gateway tells: samples their memory while a cell runs, and turns the
 * end of one into a report. Samples are kept in memory alone, until a report takes them.
 */
export class SessionVitals {
  readonly #parts: VitalParts;
  readonly #watches = new Map<SessionId, Watch>();

  constructor(parts: VitalParts) {
    this.#parts = parts;
  }

  /** A cell of the session runs. */
  working(binding: SessionBinding): void {
    const watch = this.#watches.get(binding.id) ?? { samples: [], oomKills: null, callOff: null };
    this.#watches.set(binding.id, watch);
    const processes = this.#processes(binding);
    if (processes !== null && watch.callOff === null) this.#sampleLater(binding, processes, watch);
  }

  /** The kernel ended by itself; `restarted`: its gateway starts another in its place. */
  died(binding: SessionBinding, restarted: boolean): void {
    const { state, dispatch } = this.#parts;
    const session = state().sessions.get(binding.id);
    if (session === undefined) return;
    const watch = this.#watches.get(binding.id);
    const { at, by } = this.#stamp();
    const death = describeDeath(state(), session, { at, restarted, memory: [...(watch?.samples ?? [])] });
    this.forget(binding.id);
    dispatch([{ type: 'KernelDied', at, by, sessionId: binding.id, death }]);
    const processes = this.#processes(binding);
    if (processes !== null) void this.#explain(binding, processes, watch?.oomKills ?? null);
  }

  forget(id: SessionId): void {
    this.#watches.get(id)?.callOff?.();
    this.#watches.delete(id);
  }

  stop(): void {
    for (const id of this.#watches.keys()) this.forget(id);
  }

  #sampleLater(binding: SessionBinding, processes: KernelProcesses, watch: Watch): void {
    watch.callOff = this.#parts.effects.after(sampleEveryMs, () => {
      watch.callOff = null;
      void this.#sample(binding, processes, watch);
    });
  }

  async #sample(binding: SessionBinding, processes: KernelProcesses, watch: Watch): Promise<void> {
    const { state, stopped, effects } = this.#parts;
    const works = () => !stopped() && (state().sessions.get(binding.id)?.running ?? null) !== null;
    if (!works()) return;
    const found = await processes.memory(binding.kernelId);
    if (!works() || this.#watches.get(binding.id) !== watch) return;
    if (found !== null) {
      const { kernel, used, total, oomKills } = found;
      watch.samples = [...watch.samples, { at: effects.now(), kernel, used, total }].slice(-mostSamples);
      watch.oomKills ??= oomKills;
    }
    this.#sampleLater(binding, processes, watch);
  }

  async #explain(binding: SessionBinding, processes: KernelProcesses, oomBefore: number | null): Promise<void> {
    const exit = await processes.exit(binding.kernelId);
    const { state, stopped, dispatch } = this.#parts;
    const death = state().sessions.get(binding.id)?.death ?? null;
    if (exit === null || death === null || stopped() || death.at - exit.at > exitWithinMs) return;
    const { code, signal, asked, oomKills } = exit;
    const starved = oomBefore === null || oomKills === null ? null : oomKills > oomBefore;
    const known = { code, signal, asked, starved };
    dispatch([{ type: 'DeathExplained', ...this.#stamp(), sessionId: binding.id, exit: known }]);
  }

  #processes(binding: SessionBinding): KernelProcesses | null {
    const gateway = this.#parts.gateways.port(binding.gatewayId);
    return isFault(gateway) ? null : (gateway.processes ?? null);
  }

  #stamp(): { at: number; by: PrincipalId } {
    return { at: this.#parts.effects.now(), by: this.#parts.by };
  }
}
