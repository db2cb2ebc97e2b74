import { KernelMessage } from '@jupyterlab/services';
import { isJsonObject } from '#lib/core/json.ts';

const kernelStates = ['starting', 'idle', 'busy', 'restarting', 'dead'] as const;
type KernelState = (typeof kernelStates)[number];

/** The state that a status message tells; undefined for words of a later protocol. */
export function stateOf(content: unknown): KernelState | undefined {
  const state = isJsonObject(content) ? content['execution_state'] : undefined;
  return kernelStates.find((known) => known === state);
}

/** The binary parts of a message, whatever form the library gave them. */
export function buffersOf(message: KernelMessage.IMessage): readonly DataView[] {
  return (message.buffers ?? []).map((buffer) =>
    ArrayBuffer.isView(buffer)
      ? new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
      : new DataView(buffer),
  );
}

/** A frame that cannot be read or that the library would reject by throwing becomes a message that nobody listens to. */
export function readFrame(read: () => KernelMessage.IMessage): KernelMessage.IMessage {
  let message: KernelMessage.IMessage;
  try {
    message = read();
    const { header, content, metadata }: { header: unknown; content: unknown; metadata: unknown } = message;
    const known =
      isJsonObject(header) && typeof header['msg_type'] === 'string' && typeof header['msg_id'] === 'string';
    if (known && isJsonObject(content) && isJsonObject(metadata) && typeof header['session'] === 'string') {
      return wellFormed(message, content);
    }
  } catch {
    // Falls through: said once more below, as an unreadable message.
  }
  return unreadable();
}

function wellFormed(
  message: KernelMessage.IMessage,
  content: Readonly<Record<string, unknown>>,
): KernelMessage.IMessage {
  // `username` and `version` are required by the library's check and left out by some kernels.
  const header = {
    ...message.header,
    username: message.header.username ?? '',
    version: message.header.version ?? '5.0',
  };
  const type: string = message.header.msg_type;
  const fields = message.channel === 'iopub' ? requiredFields[type] : undefined;
  if (fields?.some(([name, kind]) => typeof content[name] !== kind) === true) return unreadable();
  // A status of a later protocol: the library would throw on it.
  if (type === 'status' && stateOf(content) === undefined) return unreadable();
  return { ...message, header } as KernelMessage.IMessage;
}

const requiredFields: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  stream: [
    ['name', 'string'],
    ['text', 'string'],
  ],
  display_data: [
    ['data', 'object'],
    ['metadata', 'object'],
  ],
  execute_input: [
    ['code', 'string'],
    ['execution_count', 'number'],
  ],
  execute_result: [
    ['execution_count', 'number'],
    ['data', 'object'],
    ['metadata', 'object'],
  ],
  error: [
    ['ename', 'string'],
    ['evalue', 'string'],
    ['traceback', 'object'],
  ],
  status: [['execution_state', 'string']],
  clear_output: [['wait', 'boolean']],
};

/** On a channel that is routed nowhere, of a type that nobody knows. */
function unreadable(): KernelMessage.IMessage {
  const message = KernelMessage.createMessage<KernelMessage.ICommInfoRequestMsg>({
    msgType: 'comm_info_request',
    channel: 'shell',
    session: '',
    content: {},
  });
  return message;
}
