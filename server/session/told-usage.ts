import { z } from 'zod';
import { fault, type Fault } from '#lib/core/fault.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import type { KernelMessage } from '#server/kinds/gateway/port.ts';
import { agentComm } from './read-progress.ts';

/** In the words of ipykernel's `usage_reply`, bounded: anybody's code runs where it is said. */
const figure = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const usageSchema = z.object({
  kernel_cpu: figure.optional(),
  kernel_memory: figure.optional(),
  cpu_count: figure.optional(),
  host_cpu_percent: figure.optional(),
  host_virtual_memory: z.object({ total: figure, available: figure }).optional(),
});

/** Older than this it says nothing of now. */
const freshMs = 6_000;

/**
 * What a kernel says that it takes while a cell runs. It is not asked meanwhile: any answer makes its gateway take it for
 * idle, which then tells whoever looks for the end of the run that there is none, or ends the kernel for want of use.
 */
export class ToldUsage {
  #last: { readonly told: JsonObject; readonly at: number } | null = null;

  /** `at`: ms of a clock that never goes back. */
  hear({ type, content, channel }: Pick<KernelMessage, 'type' | 'content' | 'channel'>, at: number): void {
    if (type !== 'comm_msg' || channel !== 'iopub' || !isJsonObject(content)) return;
    const data = content['comm_id'] === agentComm ? content['data'] : undefined;
    const read = usageSchema.safeParse(isJsonObject(data) ? data['usage'] : undefined);
    if (read.success) this.#last = { told: read.data as JsonObject, at };
  }

  answer(now: number): Fault | JsonObject {
    return this.#last !== null && now - this.#last.at <= freshMs ? this.#last.told : silent;
  }
}

const silent = fault(
  'kernel.busy',
  'The kernel runs a cell, and has not said what it takes.',
  'Its figures come with its words, or when the cell is done.',
);
