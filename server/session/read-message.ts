import type { PrincipalId, RunId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';

/** What a message of a kernel says in the words of the log; undefined for messages that say nothing about results. */
export function readMessage(
  type: string,
  content: unknown,
  stamp: { readonly at: number; readonly by: PrincipalId; readonly runId: RunId },
): SessionEvent | undefined {
  if (!isJsonObject(content)) return undefined;
  switch (type) {
    case 'stream':
      return {
        type: 'StreamArrived',
        ...stamp,
        name: textOf(content['name'], 'stdout'),
        text: textOf(content['text']),
      };
    case 'display_data':
    case 'execute_result':
    case 'error':
      return { type: 'OutputArrived', ...stamp, output: readOutput(type, content) };
    case 'clear_output':
      return { type: 'OutputsCleared', ...stamp, wait: content['wait'] === true };
    case 'execute_input':
    case 'execute_reply':
      return typeof content['execution_count'] === 'number'
        ? { type: 'ExecutionCountSet', ...stamp, executionCount: content['execution_count'] }
        : undefined;
    default:
      return undefined;
  }
}

/** `update_display_data`, which belongs to no run. */
export function readDisplayUpdate(
  content: unknown,
  stamp: { readonly at: number; readonly by: PrincipalId },
): SessionEvent | undefined {
  if (!isJsonObject(content)) return undefined;
  const displayId = displayIdOf(content);
  if (displayId === undefined) return undefined;
  const { at, by } = stamp;
  return {
    type: 'DisplayUpdated',
    at,
    by,
    displayId,
    data: objectOf(content['data']),
    metadata: objectOf(content['metadata']),
  };
}

export function readOutput(type: 'display_data' | 'execute_result' | 'error', content: JsonObject): Output {
  if (type === 'error') {
    const traceback = content['traceback'];
    return {
      output_type: 'error',
      ename: textOf(content['ename'], 'Error'),
      evalue: textOf(content['evalue']),
      traceback: Array.isArray(traceback) ? traceback.map((line: JsonValue) => textOf(line)) : [],
    };
  }
  const displayId = displayIdOf(content);
  const shown = {
    data: objectOf(content['data']),
    metadata: objectOf(content['metadata']),
    ...(displayId === undefined ? {} : { display_id: displayId }),
  };
  if (type === 'display_data') return { output_type: 'display_data', ...shown };
  const count = content['execution_count'];
  return { output_type: 'execute_result', ...shown, execution_count: typeof count === 'number' ? count : null };
}

function displayIdOf(content: JsonObject): string | undefined {
  const transient = content['transient'];
  const id = isJsonObject(transient) ? transient['display_id'] : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function textOf(value: JsonValue | undefined, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

function objectOf(value: JsonValue | undefined): { [key: string]: JsonValue } {
  return isJsonObject(value) ? { ...value } : {};
}
