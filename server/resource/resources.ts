import { type Fault, isFault } from '#lib/core/fault.ts';
import { type ResourceTarget, targetKey } from '#lib/core/resource/target.ts';
import type { SessionHost } from '#server/session/session-host.ts';
import { ClusterSource, type ClusterSourceParts } from './cluster-source.ts';
import { KernelSource, sessionEnded, type KernelSourceParts } from './kernel-source.ts';
import { Sampler } from './sampler.ts';
import type { Heard } from './source.ts';

export type ResourcesParts = KernelSourceParts & ClusterSourceParts;

const hourMs = 3_600_000;

/**
 * What kernels and clusters take: owns one sampler for each target that was looked at or worked with, and its hour, in
 * memory alone. Nothing is asked while nobody looks and nothing runs.
 */
export class Resources {
  readonly #parts: ResourcesParts;
  readonly #samplers = new Map<string, Sampler>();

  constructor(parts: ResourcesParts) {
    this.#parts = parts;
  }

  /** Samples the kernels of a notebook, and their clusters, while its cells run; until the host stops. */
  follow(host: SessionHost): void {
    let working = new Map<string, readonly Sampler[]>();
    const look = (): void => {
      const now = new Map<string, readonly Sampler[]>();
      for (const [sessionId, { running, cluster }] of host.state().sessions) {
        if (running === null) continue;
        const kernel = this.#samplerOf({ kind: 'kernel', sessionId });
        now.set(
          sessionId,
          cluster === null ? [kernel] : [kernel, this.#samplerOf({ kind: 'cluster', clusterId: cluster.id })],
        );
      }
      for (const [id, samplers] of working)
        for (const sampler of samplers) if (now.get(id)?.includes(sampler) !== true) sampler.working(id, false);
      for (const [id, samplers] of now) for (const sampler of samplers) sampler.working(id, true);
      working = now;
    };
    const deaf = host.onSessions(look);
    host.onStopped(() => {
      deaf();
      for (const [id, samplers] of working) for (const sampler of samplers) sampler.working(id, false);
    });
    look();
  }

  /** Answers what is known of the last hour; the listener is told what comes. A fault: there is no such target. */
  watch(
    target: ResourceTarget,
    listener: (heard: Heard) => void,
  ): Fault | (ReturnType<Sampler['known']> & { readonly leave: () => void }) {
    const missing = this.#missing(target);
    if (missing !== null) return missing;
    const sampler = this.#samplerOf(target);
    return { ...sampler.known(this.#parts.now()), leave: sampler.watch(listener) };
  }

  /** Targets that are sampled now. */
  sampled(): readonly string[] {
    return [...this.#samplers].filter(([, sampler]) => sampler.samples()).map(([key]) => key);
  }

  stop(): void {
    for (const sampler of this.#samplers.values()) sampler.stop();
  }

  #missing(target: ResourceTarget): Fault | null {
    if (target.kind === 'kernel') return this.#parts.host(target.sessionId) === undefined ? sessionEnded : null;
    const found = this.#parts.clusters.view(target.clusterId);
    return isFault(found) ? found : null;
  }

  #samplerOf(target: ResourceTarget): Sampler {
    const key = targetKey(target);
    const known = this.#samplers.get(key);
    if (known !== undefined) return known;
    this.#forgetOld();
    const source =
      target.kind === 'kernel'
        ? new KernelSource(target.sessionId, this.#parts)
        : new ClusterSource(target.clusterId, this.#parts);
    const sampler = new Sampler(source, this.#parts.now());
    this.#samplers.set(key, sampler);
    return sampler;
  }

  /** Those that nobody has asked for an hour have nothing to tell. */
  #forgetOld(): void {
    const hourAgo = this.#parts.now() - hourMs;
    for (const [key, sampler] of this.#samplers)
      if (!sampler.samples() && sampler.usedAt() < hourAgo) this.#samplers.delete(key);
  }
}
