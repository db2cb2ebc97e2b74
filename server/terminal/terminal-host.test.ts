import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TerminalState } from '#lib/protocol/terminal-state.ts';
import type { TerminalLinkListener } from '#server/kinds/gateway/port.ts';
import { scrollbackLength, TerminalHost } from './terminal-host.ts';
import type { Follower, TerminalText } from './terminal-window.ts';

const room = { cols: 80, rows: 24 };

/** A terminal whose gateway is played. */
function bench({ isNew = true } = {}) {
  const typed: string[] = [];
  const sizes: string[] = [];
  let listener: TerminalLinkListener | null = null;
  let open = true;
  const ended = vi.fn<() => void>();
  const host = new TerminalHost({
    connect: (to) => {
      listener = to;
      return {
        type: (text) => open && typed.push(text) > 0,
        resize: ({ cols, rows }) => void sizes.push(`${cols}x${rows}`),
        close: () => undefined,
      };
    },
    isNew,
    onEnded: ended,
  });
  return {
    host,
    typed,
    sizes,
    ended,
    says: (text: string, again = false) => listener?.output(text, again),
    becomes: (state: TerminalState['line'], reason?: string) => listener?.connection(state, reason),
    away: () => (open = false),
  };
}

/** A window that draws all that it gets, or nothing. */
function watcher(id: string, { quick = true, buffered = 0 } = {}) {
  const got: TerminalText[] = [];
  const states: TerminalState[] = [];
  const shown = { text: '', buffered, host: null as TerminalHost | null };
  const follower: Follower = {
    id,
    data: (text) => {
      got.push(text);
      shown.text = text.fresh ? text.text : shown.text + text.text;
      if (quick) queueMicrotask(() => shown.host?.taken(id, text.upTo));
    },
    state: (state) => void states.push(state),
    buffered: () => shown.buffered,
  };
  const follow = (host: TerminalHost, size = room) => {
    shown.host = host;
    return host.follow(follower, size);
  };
  return { got, states, shown, follow };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (ms = 100) => vi.advanceTimersByTimeAsync(ms);

describe('what windows see', () => {
  it('the text so far, then what comes; every window the same', async () => {
    const { host, says } = bench();
    says('before\r\n');
    const [a, b] = [watcher('a'), watcher('b')];
    a.follow(host);
    await pass();
    says('during\r\n');
    b.follow(host);
    await pass();
    says('after\r\n');
    await pass();
    for (const one of [a, b]) expect(one.shown.text).toBe('before\r\nduring\r\nafter\r\n');
    expect(a.got.map(({ fresh }) => fresh)).toEqual([true, false, false]);
  });

  it('a window that draws nothing is sent a bounded part, and slows nobody', async () => {
    const { host, says } = bench();
    const [slow, quick] = [watcher('slow', { quick: false }), watcher('quick')];
    slow.follow(host);
    quick.follow(host);
    for (let line = 0; line < 3_000; line += 1) {
      says(`${line} ${'x'.repeat(1_000)}\r\n`);
      if (line % 20 === 0) await pass(20);
    }
    await pass(1_000);
    expect(slow.got.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(131_072);
    expect(quick.shown.text.endsWith(`2999 ${'x'.repeat(1_000)}\r\n`)).toBe(true);
  });

  it('one that is behind what is kept begins anew, with the last megabyte', async () => {
    const { host, says } = bench();
    const slow = watcher('slow', { quick: false });
    slow.follow(host);
    says('the first line\r\n');
    await pass();
    for (let line = 0; line < 5_000; line += 1) says(`${line} ${'x'.repeat(1_000)}\r\n`);
    await pass(1_000);
    const behind = slow.got.at(-1)?.upTo ?? 0;
    host.taken('slow', behind);
    await pass();
    expect(slow.got.at(-1)).toMatchObject({ fresh: false });
    expect(slow.got.filter(({ fresh }) => fresh)).toHaveLength(2);
    expect(slow.shown.text).toMatch(/^\d+ x/);
    expect(slow.states.at(-1)).toMatchObject({ cut: true });
    expect(slow.shown.text.length).toBeLessThanOrEqual(scrollbackLength);
  });

  it('nothing more is sent to a socket that is full, until it is not', async () => {
    const { host, says } = bench();
    const full = watcher('full', { buffered: 2_000_000 });
    full.follow(host);
    says('text');
    await pass();
    expect(full.got).toEqual([]);
    full.shown.buffered = 0;
    await pass();
    expect(full.shown.text).toBe('text');
  });
});

describe('a lost line', () => {
  it('what the gateway sends again is not shown again; what came meanwhile is', async () => {
    const { host, says, becomes } = bench();
    const a = watcher('a');
    a.follow(host);
    says('one two three four five\r\n$ ', true);
    await pass();
    becomes('reconnecting', 'gone');
    becomes('connected');
    says('three four five\r\n$ six\r\n$ ', true);
    await pass();
    expect(a.shown.text).toBe('one two three four five\r\n$ six\r\n$ ');
    expect(a.got.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect(a.states.map(({ line }) => line)).toContain('reconnecting');
  });

  it('says so where something is missing', async () => {
    const { host, says } = bench();
    const a = watcher('a');
    a.follow(host);
    says('the first words of the shell\r\n', true);
    says('something quite different, later\r\n', true);
    await pass();
    expect(a.shown.text).toContain('[some output is missing here]');
  });

  it('what is typed meanwhile is not kept: whoever typed is told', () => {
    const { host, typed, away } = bench();
    watcher('a').follow(host);
    away();
    expect(host.type('a', 'rm')).toMatchObject({ fault: 'terminal.away' });
    expect(typed).toEqual([]);
  });
});

describe('who leads', () => {
  it('the first window, then who types; the size is that of who leads', async () => {
    const { host, sizes } = bench();
    const [a, b] = [watcher('a'), watcher('b')];
    expect(a.follow(host)).toMatchObject({ leads: true, size: room });
    expect(b.follow(host, { cols: 40, rows: 20 })).toMatchObject({ leads: false, size: room, watching: 2 });
    host.resize('b', { cols: 41, rows: 20 });
    host.type('b', 'x');
    expect(b.states.at(-1)).toMatchObject({ leads: true, size: { cols: 41, rows: 20 } });
    expect(a.states.at(-1)).toMatchObject({ leads: false, size: { cols: 41, rows: 20 } });
    host.leave('b');
    expect(a.states.at(-1)).toMatchObject({ leads: true, size: room, watching: 1 });
    expect(sizes).toEqual(['80x24', '41x20', '80x24']);
  });

  it('questions of programs are answered once: text that was sent to a leader is marked afterwards', async () => {
    const { host, says } = bench();
    says('prompt \u001B[c', true);
    const a = watcher('a');
    a.follow(host);
    await pass();
    expect(a.got.map(({ seen }) => seen)).toEqual([false]);
    host.leave('a');
    says('more');
    const b = watcher('b');
    b.follow(host);
    await pass();
    expect(b.got.map(({ text, seen }) => [text, seen])).toEqual([
      ['prompt \u001B[c', true],
      ['more', false],
    ]);
  });

  it('of a terminal that is found again everything so far counts as answered', async () => {
    const { host, says } = bench({ isNew: false });
    const a = watcher('a');
    a.follow(host);
    says('old \u001B[c', true);
    says('new');
    await pass();
    expect(a.got.map(({ text, seen }) => [text, seen])).toEqual([
      ['old \u001B[c', true],
      ['new', false],
    ]);
  });
});

it('its end is told once, and its text can still be read', async () => {
  const { host, says, becomes, ended } = bench();
  says('bye\r\n');
  becomes('ended');
  expect(ended).toHaveBeenCalledTimes(1);
  expect(host.hasEnded).toBe(true);
  const late = watcher('late');
  expect(late.follow(host)).toMatchObject({ line: 'ended' });
  await pass();
  expect(late.shown.text).toBe('bye\r\n');
});
