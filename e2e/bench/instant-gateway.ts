import { gatewayId, kernelId, type KernelId } from '#lib/core/ids.ts';
import { fault } from '#lib/core/fault.ts';
import type { GatewayKernel, GatewayPort, KernelLink, KernelLinkListener } from '#server/kinds/gateway/port.ts';
import type { GatewayDirectory } from '#server/session/find-binding.ts';

export const instantGatewayId = gatewayId('instant');

/**
 * A gateway whose kernels answer every execution with a result, in the next turn of this process: no network, no Python.
 * `answered` is called when the listener has dealt with the whole answer.
 */
export function instantGateway(answered: () => void): GatewayDirectory {
  const port = new InstantGateway(answered);
  return { port: () => port, get: () => ({ label: 'instant' }) };
}

class InstantGateway implements GatewayPort {
  readonly #kernel: GatewayKernel = {
    id: kernelId('instant-kernel'),
    name: 'python3',
    state: 'idle',
    connections: 1,
    lastActivity: 0,
  };

  readonly #answered: () => void;

  constructor(answered: () => void) {
    this.#answered = answered;
  }

  check = async () => ({ version: '0', distanceMs: 0 });
  listSpecs = async () => [];
  listKernels = async () => [this.#kernel];
  startKernel = async () => this.#kernel;
  findKernel = async () => this.#kernel;
  interruptKernel = async () => null;
  restartKernel = async () => null;
  shutdownKernel = async () => null;
  clientOf = () => null;

  connect(_kernel: KernelId, _client: string, listener: KernelLinkListener): KernelLink {
    let count = 0;
    let told = 0;
    setImmediate(() => {
      listener.connection('connected');
      listener.status('idle');
    });
    const answer = (parentMsgId: string, code: string) => {
      count++;
      const tell = (channel: 'iopub' | 'shell', type: string, content: object) =>
        listener.message({ channel, type, msgId: `${parentMsgId}-${type}-${++told}`, parentMsgId, content });
      listener.status('busy');
      tell('iopub', 'status', { execution_state: 'busy' });
      tell('iopub', 'execute_input', { code, execution_count: count });
      tell('iopub', 'execute_result', { data: { 'text/plain': '2' }, metadata: {}, execution_count: count });
      tell('shell', 'execute_reply', { status: 'ok', execution_count: count, user_expressions: {}, payload: [] });
      tell('iopub', 'status', { execution_state: 'idle' });
      listener.status('idle');
      this.#answered();
    };
    return {
      execute: (msgId, code) => void setImmediate(() => answer(msgId, code)),
      ask: async () => fault('kernel.noAnswer', 'This kernel answers executions alone.'),
      answer: () => false,
      leave: async () => undefined,
      close: () => {},
    };
  }
}
