import { afterEach, describe, expect, it, vi } from 'vitest';
import { fault, type Fault } from '#lib/core/fault.ts';
import { terminalName } from '#lib/core/ids.ts';
import { FakeGateway, type FakeAnswers } from '#server/testing/fake-gateway.ts';
import { openEffects } from '#server/testing/session-bench.ts';
import { type GatewayEffects, type GatewayEndpoint, tokenEndpoint } from '../port.ts';
import { JupyterGateway } from './adapter.ts';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const name = terminalName('t1_a');

/** A gateway that has this terminal as long as `has` says so. */
async function fake(answers: FakeAnswers = {}) {
  const there = { has: true };
  const gateway = await FakeGateway.start({
    rest: (request, response) => {
      if (request.url?.includes('/api/terminals') !== true) return false;
      const status = there.has ? 200 : 404;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(there.has ? { name } : { message: 'not here' }));
      return true;
    },
    ...answers,
  });
  open.push(() => gateway[Symbol.asyncDispose]());
  return { gateway, there };
}

function join(
  endpoint: () => Promise<Fault | GatewayEndpoint>,
  effects: GatewayEffects = openEffects,
  patienceMs = 60_000,
) {
  const heard: [string, boolean][] = [];
  const states: string[] = [];
  const port = new JupyterGateway(endpoint, effects, { patienceMs });
  const link = port.terminals?.connect(name, {
    output: (text, again) => void heard.push([text, again]),
    connection: (state, reason) => void states.push(reason === undefined ? state : `${state}: ${reason}`),
  });
  if (link === undefined) throw new Error('no terminals');
  open.push(() => link.close());
  return { heard, states, link };
}

const to = (gateway: FakeGateway) => async () => tokenEndpoint(gateway.url, 'secret');
const say = (gateway: FakeGateway, ...message: unknown[]) => gateway.socket.send(JSON.stringify(message));
const soon = { timeout: 10_000 };

describe('the line to a terminal', () => {
  it('carries the token in a header, tells the size at each socket, and marks the first text of each', async () => {
    const urls: string[] = [];
    const headers: (string | undefined)[] = [];
    const { gateway } = await fake({
      upgrade: (request) => {
        urls.push(request.url ?? '');
        headers.push(request.headers.authorization);
        return false;
      },
    });
    const { heard, states, link } = join(to(gateway));
    link.resize({ cols: 100, rows: 30 });
    expect(link.type('too early')).toBe(false);
    await vi.waitUntil(() => gateway.sockets.length === 1, soon);
    say(gateway, 'setup', {});
    await vi.waitUntil(() => states.includes('connected'), soon);
    say(gateway, 'stdout', 'one');
    say(gateway, 'stdout', 'two');
    expect(link.type('ls\r')).toBe(true);
    await vi.waitUntil(() => heard.length === 2 && gateway.received.length === 2, soon);
    gateway.socket.terminate();
    await vi.waitUntil(() => gateway.sockets.length === 2, soon);
    say(gateway, 'setup', {});
    say(gateway, 'stdout', 'onetwo');
    await vi.waitUntil(() => heard.length === 3 && gateway.received.length === 3, soon);
    expect(heard).toEqual([
      ['one', true],
      ['two', false],
      ['onetwo', true],
    ]);
    const size = JSON.stringify(['set_size', 30, 100, 0, 0]);
    expect(gateway.received.map(String)).toEqual([size, JSON.stringify(['stdin', 'ls\r']), size]);
    expect(new Set(urls)).toEqual(new Set(['/terminals/websocket/t1_a']));
    expect(new Set(headers)).toEqual(new Set(['token secret']));
    expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
  });

  it('tries for ever while the gateway is away, and says why', async () => {
    const { gateway } = await fake();
    let isAway = true;
    const { states } = join(async () =>
      isAway ? fault('gateway.unreachable', 'nothing listens there') : tokenEndpoint(gateway.url, ''),
    );
    await vi.waitUntil(() => states.filter((state) => state.includes('nothing listens')).length > 2, soon);
    isAway = false;
    await vi.waitUntil(() => gateway.sockets.length === 1, soon);
    say(gateway, 'setup', {});
    await vi.waitUntil(() => states.at(-1) === 'connected', soon);
  });

  it('ends with its shell, also when nobody was connected then', async () => {
    const { gateway, there } = await fake();
    const { states } = join(to(gateway));
    await vi.waitUntil(() => gateway.sockets.length === 1, soon);
    say(gateway, 'setup', {});
    say(gateway, 'disconnect', 1);
    await vi.waitUntil(() => states.at(-1) === 'ended', soon);
    there.has = false;
    gateway.answers = { ...gateway.answers, upgrade: (_, socket) => (socket.destroy(), true) };
    const late = join(to(gateway));
    await vi.waitUntil(() => late.states.at(-1) === 'ended', soon);
  });

  it('ends with its gateway, once that is registered no longer', async () => {
    const { states } = join(async () => fault('gateway.notFound', 'not registered'));
    await vi.waitUntil(() => states.at(-1) === 'ended: not registered', soon);
  });

  it('a line that is silent is given up for another one', async () => {
    const { gateway } = await fake();
    const { states } = join(to(gateway), openEffects, 400);
    await vi.waitUntil(() => gateway.sockets.length === 1, soon);
    say(gateway, 'setup', {});
    await vi.waitUntil(() => states.includes('connected'), soon);
    // Its pongs are held back.
    gateway.socket.pause();
    await vi.waitUntil(() => gateway.sockets.length === 2, soon);
    expect(states.some((state) => state.startsWith('reconnecting: no sign of life'))).toBe(true);
  });

  it('the address guard decides before anything is sent', async () => {
    const { gateway } = await fake();
    const refuse = async () => fault('outbound.refused', 'not there');
    const { states } = join(to(gateway), { ...openEffects, checkUrl: refuse });
    await vi.waitUntil(() => states.includes('reconnecting: not there'), soon);
    expect(gateway.asked).toEqual([]);
  });

  it.each(['no JSON', '{}', '[]', '[7]', '["stdout"]', '["stdout",{}]', '["strange","x"]'])(
    'what is not of its protocol is passed over: %s',
    async (text) => {
      const { gateway } = await fake();
      const { heard } = join(to(gateway));
      await vi.waitUntil(() => gateway.sockets.length === 1, soon);
      say(gateway, 'setup', {});
      gateway.socket.send(text);
      say(gateway, 'stdout', 'still here');
      await vi.waitUntil(() => heard.length === 1, soon);
      expect(heard[0]?.[0]).toBe('still here');
    },
  );
});

it('a Jupyter Server whose terminals are switched off says so', async () => {
  const { gateway, there } = await fake();
  there.has = false;
  const { terminals } = new JupyterGateway(to(gateway), openEffects);
  expect(await terminals?.list()).toMatchObject({ fault: 'gateway.noTerminals' });
  expect(await terminals?.open({ name, folder: '' })).toMatchObject({ fault: 'gateway.noTerminals' });
  expect(await terminals?.close(name)).toMatchObject({ fault: 'terminal.notFound' });
});
