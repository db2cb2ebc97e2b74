import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { SessionId } from '#lib/core/ids.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import { showToast } from '#components/ui/toast.tsx';
import type { KernelChoice } from './choices.ts';
import { places } from './places-store.ts';
import { rememberKernel } from './recent-kernels.ts';

/** What the picker and the chip ask of the server. The new state comes back through the notebook's own log. */

/** Binds the notebook to what was chosen. The fault, or null when it is bound. */
export async function bindKernel(path: string, choice: KernelChoice, shutdownPrevious: boolean): Promise<Fault | null> {
  const { gatewayId, target } = choice;
  const answer = await callApi('startSession', { body: { path, gatewayId, ...target, shutdownPrevious } });
  if (isFault(answer)) return answer;
  rememberKernel({ gatewayId, kernelName: answer.kernelName });
  void places.load();
  return null;
}

export type SessionCommand = 'interrupt' | 'restart' | 'detach' | 'shutdown';

export async function commandSession(id: SessionId, command: SessionCommand): Promise<Fault | null> {
  const answer = await send(id, command);
  if (isFault(answer)) {
    showToast({
      kind: 'error',
      title: failed[command],
      description: [answer.message, answer.hint].filter(Boolean).join(' '),
    });
    return answer;
  }
  void places.load();
  return null;
}

const failed: Readonly<Record<SessionCommand, string>> = {
  interrupt: 'The kernel was not interrupted',
  restart: 'The kernel was not restarted',
  detach: 'The notebook is still attached',
  shutdown: 'The kernel was not shut down',
};

function send(id: SessionId, command: SessionCommand) {
  switch (command) {
    case 'interrupt':
      return callApi('interruptSession', { params: { id } });
    case 'restart':
      return callApi('restartSession', { params: { id } });
    case 'detach':
      return callApi('endSession', { params: { id }, query: { shutdown: 'false' } });
    case 'shutdown':
      return callApi('endSession', { params: { id } });
  }
}

/** Starts what has the kernels of a gateway; answers when it runs. */
export async function wakeGateway(gateway: Gateway): Promise<void> {
  const answer = await callApi('wakeGateway', { params: { id: gateway.id } });
  if (isFault(answer)) {
    const description = [answer.message, answer.hint].filter(Boolean).join(' ');
    showToast({ kind: 'error', title: `“${gateway.label}” was not started`, description });
  }
  await places.load();
}

export async function removeGateway(gateway: Gateway): Promise<void> {
  const answer = await callApi('removeGateway', { params: { id: gateway.id } });
  if (isFault(answer)) {
    showToast({ kind: 'error', title: `“${gateway.label}” was not removed`, description: answer.message });
    return;
  }
  places.forget(gateway.id);
  showToast({ title: `“${gateway.label}” is forgotten`, description: 'Its kernels go on running there.' });
  void places.load();
}

/** The kernel counts as used now. */
export async function keepKernel(id: SessionId): Promise<void> {
  const answer = await callApi('keepSession', { params: { id } });
  if (isFault(answer)) showToast({ kind: 'error', title: 'The kernel is not kept', description: answer.message });
}
