import { KernelMessage } from '@jupyterlab/services';
import { validateMessage } from '@jupyterlab/services/lib/kernel/validate.js';
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
      const read = wellFormed(message);
      // The library checks again, and throws where nobody can catch: what it would refuse must not reach it.
      validateMessage(read);
      return read;
    }
  } catch {
    // Falls through: said once more below, as an unreadable message.
  }
  return unreadable();
}

function wellFormed(message: KernelMessage.IMessage): KernelMessage.IMessage {
  // `username` and `version` are required by the library's check and left out by some kernels.
  const header = {
    ...message.header,
    username: textOr(message.header.username, ''),
    version: textOr(message.header.version, '5.0'),
  };
  // What is no header of a parent is none: the library looks into it.
  const { parent_header: parent }: { parent_header: unknown } = message;
  const named = isJsonObject(parent) && typeof parent['msg_id'] === 'string';
  const buffers = Array.isArray(message.buffers) ? message.buffers : [];
  return { ...message, header, parent_header: named ? parent : {}, buffers } as KernelMessage.IMessage;
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

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
