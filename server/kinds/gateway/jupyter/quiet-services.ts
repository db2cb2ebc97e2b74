/**
 * @jupyterlab/services reports each socket and status on `console.debug`, which Node prints to stdout, where this
 * product prints one line only. Lines of other writers pass.
 */
const chatter = /^(Starting WebSocket: |Kernel: |Connection lost, reconnecting )/;

export function quietServices(target: Pick<Console, 'debug' | 'warn'> = console): void {
  for (const level of ['debug', 'warn'] as const) {
    const write = target[level].bind(target);
    target[level] = (...parts: unknown[]) => {
      if (typeof parts[0] === 'string' && chatter.test(parts[0])) return;
      write(...parts);
    };
  }
}
