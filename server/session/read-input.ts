import { inputId, type PrincipalId, type RunId } from '#lib/core/ids.ts';
import { isJsonObject } from '#lib/core/json.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { KernelMessage } from '#server/kinds/gateway/port.ts';

/** A prompt is a line beside a field; what is longer is cut. UTF-16 units. */
const longestPrompt = 10_000;

/** An `input_request` in the words of the log; undefined for every other message. */
export function readInput(
  message: KernelMessage,
  stamp: { readonly at: number; readonly by: PrincipalId; readonly runId: RunId },
): SessionEvent | undefined {
  if (message.type !== 'input_request' || message.channel !== 'stdin' || message.msgId === '') return undefined;
  const content = isJsonObject(message.content) ? message.content : {};
  const prompt = typeof content['prompt'] === 'string' ? content['prompt'].slice(0, longestPrompt) : '';
  const password = content['password'] === true;
  return { type: 'InputRequested', ...stamp, inputId: inputId(message.msgId), prompt, password };
}
