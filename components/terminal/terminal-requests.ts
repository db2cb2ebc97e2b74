import { showToast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import { type TerminalAddress, terminalPath } from '#lib/core/terminal/terminal-path.ts';

/** Starts a shell on a gateway; the path of its document, or null when that failed, which is said. */
export async function startTerminal(gatewayId: GatewayId, folder = ''): Promise<string | null> {
  const answer = await callApi('openTerminal', { body: { gatewayId, folder } });
  if (!isFault(answer)) return terminalPath(answer);
  sayFault('No terminal was opened', answer);
  return null;
}

/** Ends the shell of a terminal. One that has ended already is what was wanted. */
export async function closeTerminal({ gatewayId, name }: TerminalAddress): Promise<void> {
  const answer = await callApi('closeTerminal', { params: { gatewayId, name } });
  if (isFault(answer) && answer.fault !== 'terminal.notFound') sayFault('The shell was not ended', answer);
}

function sayFault(title: string, { message, hint }: Fault): void {
  showToast({ kind: 'error', title, description: [message, hint].filter(Boolean).join(' ') });
}
