import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection, ConnectionStatus } from '#lib/client/connection-port.ts';
import { fault, type Fault } from '#lib/core/fault.ts';
import { gatewayId, terminalName } from '#lib/core/ids.ts';
import type { TerminalState } from '#lib/protocol/terminal-state.ts';
import { TerminalFeed } from './terminal-feed.ts';

const address = { gatewayId: gatewayId('local'), name: terminalName('t1_a') };
const room = { cols: 80, rows: 24 };
const state: TerminalState = { line: 'connected', reason: null, size: room, leads: true, watching: 1, cut: false };

/** A server that is played, and a screen that draws when it is told to. */
function bench() {
  const sent: { name: string; payload: Record<string, unknown> }[] = [];
  const handlers = new Map<string, (payload: unknown) => void>();
  const listeners = new Set<() => void>();
  const drawn: { text: string; answers: boolean }[] = [];
  const pictures: (() => void)[] = [];
  let status: ConnectionStatus = 'connected';
  let done: (() => void) | null = null;
  let reply: Fault | TerminalState = state;
  const line = {
    request: async (name: string, payload: Record<string, unknown>) => {
      sent.push({ name, payload });
      return name === 'terminal.follow' ? reply : {};
    },
    on: (name: string, handler: (payload: unknown) => void) => {
      handlers.set(name, handler);
      return () => void handlers.delete(name);
    },
    status: () => status,
    onStatus: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as unknown as Connection;
  const screen = {
    write: (text: string, answers: boolean, callback: () => void) => {
      drawn.push({ text, answers });
      done = callback;
    },
  };
  const feed = new TerminalFeed(address, room, screen, { line, nextPicture: (callback) => pictures.push(callback) });
  return {
    feed,
    drawn,
    of: (name: string) => sent.filter((one) => one.name === name).map(({ payload }) => payload),
    data: (text: string, upTo: number, marks: { fresh?: boolean; seen?: boolean; name?: string } = {}) =>
      handlers.get('terminal.data')?.({ ...address, text, upTo, fresh: false, seen: false, ...marks }),
    tell: (part: Partial<TerminalState>) =>
      handlers.get('terminal.state')?.({ ...address, state: { ...state, ...part } }),
    finish: () => {
      const callback = done;
      done = null;
      callback?.();
    },
    picture: () => pictures.splice(0).forEach((callback) => callback()),
    answer: (next: Fault | TerminalState) => (reply = next),
    become: (next: ConnectionStatus) => {
      status = next;
      for (const listener of listeners) listener();
    },
  };
}

let at: ReturnType<typeof bench>;
beforeEach(async () => {
  at = bench();
  at.feed.run();
  await Promise.resolve();
});

describe('TerminalFeed', () => {
  it('follows with its room, and knows what it is told', async () => {
    expect(at.of('terminal.follow')).toEqual([{ ...address, room }]);
    await expect.poll(() => at.feed.getSnapshot().state).toEqual(state);
    at.tell({ line: 'reconnecting', reason: 'gone' });
    expect(at.feed.getSnapshot().state).toMatchObject({ line: 'reconnecting', reason: 'gone' });
  });

  it('draws one message after the other, and tells how far it is once per picture', () => {
    at.data('a', 1, { fresh: true });
    at.data('b', 2);
    expect(at.drawn.map(({ text }) => text)).toEqual(['\u001Bca']);
    at.finish();
    at.finish();
    expect(at.drawn.map(({ text }) => text)).toEqual(['\u001Bca', 'b']);
    expect(at.of('terminal.taken')).toEqual([]);
    at.picture();
    expect(at.of('terminal.taken')).toEqual([{ ...address, upTo: 2 }]);
    at.picture();
    expect(at.of('terminal.taken')).toHaveLength(1);
  });

  it('what begins anew takes the place of all that waits', () => {
    at.data('a', 1, { fresh: true });
    at.data('b', 2);
    at.data('z', 900, { fresh: true });
    at.finish();
    expect(at.drawn.map(({ text }) => text)).toEqual(['\u001Bca', '\u001Bcz']);
  });

  it('answers programs only where it leads, and nothing that was seen before', async () => {
    await expect.poll(() => at.feed.getSnapshot().state).not.toBeNull();
    at.data('old', 3, { fresh: true, seen: true });
    at.finish();
    at.data('new', 6);
    at.finish();
    at.tell({ leads: false });
    at.data('other', 9);
    expect(at.drawn.map(({ answers }) => answers)).toEqual([false, true, false]);
  });

  it('passes over what is of another terminal', () => {
    at.data('x', 1, { name: 't2_b' });
    expect(at.drawn).toEqual([]);
  });

  it('sends a long paste in pieces, none of which cuts a character', () => {
    const text = `${'x'.repeat(32_767)}😀${'y'.repeat(40_000)}`;
    at.feed.type(text);
    const pieces = at.of('terminal.input').map((payload) => String(payload['text']));
    expect(pieces.join('')).toBe(text);
    expect(pieces.every((piece) => piece.length <= 32_768 && piece.isWellFormed())).toBe(true);
  });

  it('follows anew when its line comes back, and keeps what is shown meanwhile', () => {
    at.become('offline');
    expect(at.feed.getSnapshot()).toMatchObject({ online: false });
    at.become('connected');
    expect(at.feed.getSnapshot()).toMatchObject({ online: true });
    expect(at.of('terminal.follow')).toHaveLength(2);
  });

  it('says why it cannot follow, and tries again when asked to', async () => {
    at.answer(fault('gateway.noTerminals', 'none'));
    at.feed.follow();
    await expect.poll(() => at.feed.getSnapshot().fault?.fault).toBe('gateway.noTerminals');
    at.answer(state);
    at.feed.follow();
    await expect.poll(() => at.feed.getSnapshot().fault).toBeNull();
  });

  it('tells its room when that is another one, and leaves at the end', () => {
    at.feed.resize(room);
    at.feed.resize({ cols: 100, rows: 30 });
    expect(at.of('terminal.resize')).toEqual([{ ...address, room: { cols: 100, rows: 30 } }]);
    at.feed.stop();
    expect(at.of('terminal.leave')).toEqual([address]);
    at.data('late', 9);
    expect(at.drawn).toEqual([]);
  });
});
