import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { SessionId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import type { KernelSample } from '#lib/core/resource/sample.ts';
import type { SessionBinding } from '#lib/core/session/event.ts';
import { Pace } from '#server/cluster/pace.ts';
import type { GatewayPort, KernelProcesses, ProcessUsage } from '#server/kinds/gateway/port.ts';
import type { GatewayDirectory } from '#server/session/find-binding.ts';
import type { SessionHost } from '#server/session/session-host.ts';
import type { Heard, ResourceSource } from './source.ts';

export type KernelSourceParts = {
  /** Of the notebook that has this session. */
  readonly host: (id: SessionId) => Pick<SessionHost, 'state' | 'help'> | undefined;
  readonly gateways: GatewayDirectory;
  /** ms since 1970 */
  readonly now: () => number;
};

type Kernel = {
  readonly host: Pick<SessionHost, 'help'>;
  readonly gateway: GatewayPort;
  readonly binding: SessionBinding;
};

const everyMs = 1_000;

export const sessionEnded = fault('session.notFound', 'This session has ended.', 'Pick a kernel for the notebook.');

/**
 * What the kernel of a session takes. On this machine its processes are looked at, which disturbs it least and works
 * whatever it does; elsewhere the kernel is asked, and ever more seldom while it does not answer.
 */
export class KernelSource implements ResourceSource {
  readonly #parts: KernelSourceParts;
  readonly #sessionId: SessionId;
  readonly #pace = new Pace();
  #before: { readonly usage: ProcessUsage; readonly at: number } | null = null;

  constructor(sessionId: SessionId, parts: KernelSourceParts) {
    this.#parts = parts;
    this.#sessionId = sessionId;
  }

  begin(tell: (heard: Heard) => void): () => void {
    let ended = false;
    this.#before = null;
    // Whoever comes to look is worth one question.
    this.#pace.answered();
    const turn = (): Promise<void> =>
      this.#pace.turn(everyMs, this.#parts.now(), async () => {
        const kernel = this.#find();
        const heard = isFault(kernel) ? kernel : await this.#ask(kernel);
        if (!ended) tell(heard);
        // What is known without asking the kernel costs it nothing.
        return isFault(kernel) || !isFault(heard) || heard.fault === 'kernel.busy';
      });
    const timer = setInterval(() => void turn(), everyMs).unref();
    void turn();
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }

  #find(): Fault | Kernel {
    const host = this.#parts.host(this.#sessionId);
    const session = host?.state().sessions.get(this.#sessionId);
    if (host === undefined || session === undefined) return sessionEnded;
    if (session.status === 'dead')
      return fault('kernel.dead', 'The kernel has ended.', 'Restart it: its figures go on from there.');
    const gateway = this.#parts.gateways.port(session.binding.gatewayId);
    return isFault(gateway) ? gateway : { host, gateway, binding: session.binding };
  }

  async #ask({ host, gateway, binding }: Kernel): Promise<Heard> {
    if (gateway.processes !== undefined) {
      const seen = await this.#look(binding, gateway.processes);
      if (seen !== null) return seen;
    }
    const told = await host.help.usage(this.#sessionId);
    return isFault(told) ? told : readUsage(told, this.#parts.now());
  }

  async #look({ kernelId }: SessionBinding, processes: KernelProcesses): Promise<KernelSample | null> {
    const usage = await processes.usage(kernelId);
    if (usage === null) return null;
    const at = this.#parts.now();
    const before = this.#before;
    this.#before = { usage, at };
    const { cores, memory } = usage.machine;
    const passed = before === null ? 0 : at - before.at;
    // A process that ended takes its time with it: there is no rate then.
    const busy = (now: number, then: number | undefined): number | null =>
      passed <= 0 || then === undefined || now < then ? null : (now - then) / passed;
    const machineBusy = busy(usage.machine.busyMs, before?.usage.machine.busyMs);
    return {
      kind: 'kernel',
      at,
      cpu: busy(usage.cpuMs, before?.usage.cpuMs),
      memory: usage.memory,
      machine: {
        cores,
        cpu: machineBusy === null ? null : Math.min(1, machineBusy / Math.max(1, cores)),
        memory,
        gpus: processes.gpus(),
      },
    };
  }
}

/** The answer to a `usage_request`. One that has neither CPU nor memory is none. */
export function readUsage(told: JsonObject, at: number): Fault | KernelSample {
  const cpu = percent(told['kernel_cpu']);
  const memory = numberIn(told['kernel_memory']);
  if (cpu === null && memory === null)
    return fault('kernel.noAnswer', 'The kernel does not tell what it takes.', 'Install psutil where it runs.');
  const host = told['host_virtual_memory'];
  const total = isJsonObject(host) ? numberIn(host['total']) : null;
  const available = isJsonObject(host) ? numberIn(host['available']) : null;
  return {
    kind: 'kernel',
    at,
    cpu,
    memory,
    machine: {
      cores: numberIn(told['cpu_count']),
      cpu: percent(told['host_cpu_percent']),
      memory: total === null || available === null ? null : { used: Math.max(0, total - available), total },
      gpus: null,
    },
  };
}

const numberIn = (value: JsonValue | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

function percent(value: JsonValue | undefined): number | null {
  const found = numberIn(value);
  return found === null ? null : found / 100;
}
