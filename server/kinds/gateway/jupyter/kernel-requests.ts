import { KernelMessage } from '@jupyterlab/services';

export function executeRequest(request: {
  readonly clientId: string;
  readonly msgId: string;
  readonly code: string;
  readonly cellId: string;
}): KernelMessage.IExecuteRequestMsg {
  return KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
    msgType: 'execute_request',
    channel: 'shell',
    username: '',
    session: request.clientId,
    msgId: request.msgId,
    content: {
      code: request.code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
    },
    metadata: { cellId: request.cellId },
  });
}

/** The header of the kernel's question that an answer names as its parent. */
export function inputRequestHeader(clientId: string, inputId: string): KernelMessage.IInputRequestMsg['header'] {
  return KernelMessage.createMessage<KernelMessage.IInputRequestMsg>({
    msgType: 'input_request',
    channel: 'stdin',
    session: clientId,
    msgId: inputId,
    content: { prompt: '', password: false },
  }).header;
}
