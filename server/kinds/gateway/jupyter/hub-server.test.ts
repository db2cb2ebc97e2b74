import { expect, it } from 'vitest';
import { fault, type Fault } from '#lib/core/fault.ts';
import { HubServer, partsOf } from './hub-server.ts';
import type { RestReply } from './rest.ts';

type Server = { readonly ready?: boolean; readonly pending?: string | null; readonly url?: string };
const user = (servers?: Record<string, Server>): RestReply => ({ status: 200, json: { name: 'ann', servers } });
const stopped = user({});
const spawning = user({ '': { ready: false, pending: 'spawn', url: '/hubs/user/ann/' } });
const ready = user({ '': { ready: true, pending: null, url: '/hubs/user/ann/' } });

/** A hub whose answers about the user come in this order, the last one for ever. */
function hub(
  looks: readonly (Fault | RestReply)[],
  options: { readonly typed?: string; readonly begun?: RestReply; readonly events?: readonly string[] } = {},
) {
  const asked: string[] = [];
  const left = [...looks];
  let time = 0;
  const server = new HubServer(
    async () => ({ baseUrl: options.typed ?? 'https://host/hubs/', headers: { Authorization: 'token t' } }),
    {
      ask: async ({ baseUrl }, { method, path }) => {
        asked.push(`${method} ${baseUrl}${path}`);
        if (method === 'POST') return options.begun ?? { status: 202, json: null };
        const next = left.length > 1 ? left.shift() : left[0];
        return next ?? stopped;
      },
      follow: async function* () {
        yield* options.events ?? [];
      },
      now: () => time,
      wait: async (ms) => {
        time += ms;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
  );
  return { server, asked };
}

it.each([
  ['https://host/', 'https://host/', null, ''],
  ['https://host/a/user/ann/', 'https://host/a/', 'ann', ''],
  ['https://host/user/%zz/', 'https://host/', '%zz', ''],
  ['https://host/user/a%40b/two/', 'https://host/', 'a@b', 'two'],
])('%s', (typed, url, name, server) => {
  expect(partsOf(typed)).toEqual({ hub: url, user: name, server });
});

it('asks the hub where the server is, once, and again after trouble', async () => {
  const { server, asked } = hub([ready, ready]);
  for (let i = 0; i < 3; i += 1)
    expect(await server.endpoint()).toMatchObject({ baseUrl: 'https://host/hubs/user/ann/' });
  expect(asked).toEqual(['GET https://host/hubs/hub/api/user']);
  server.forget();
  await server.endpoint();
  expect(asked).toHaveLength(2);
});

it.each<[string, RestReply | Fault, string]>([
  ['a server that does not run', stopped, 'gateway.asleep'],
  ['a server that is on its way', spawning, 'gateway.asleep'],
  ['a token that may not see it', user(), 'gateway.refused'],
  ['a user that is not there', { status: 404, json: { message: 'no' } }, 'gateway.notFound'],
  ['no hub', { status: 200, json: { hello: 1 } }, 'gateway.notJupyter'],
  ['an address that is none', user({ '': { ready: true, url: 'http://[broken/' } }), 'gateway.notJupyter'],
  ['a token that is refused', fault('gateway.refused', 'no'), 'gateway.refused'],
])('%s is told, and nothing is started by looking', async (_, answer, code) => {
  const { server, asked } = hub([answer]);
  expect(await server.endpoint()).toMatchObject({ fault: code });
  expect(asked.every((line) => line.startsWith('GET '))).toBe(true);
});

it('starts the server and waits until it is ready, telling what the hub tells', async () => {
  const events = ['{"progress": 10, "message": "pulling"}', 'nonsense', '{"progress": 50, "message": "starting"}'];
  const { server, asked } = hub([stopped, spawning, spawning, ready], { events });
  const said: string[] = [];
  expect(await server.wake({ onReason: (text) => void said.push(text) })).toBeNull();
  expect(said).toEqual(['the hub starts your server', '10 %: pulling', '50 %: starting']);
  expect(asked.filter((line) => line.startsWith('POST'))).toEqual(['POST https://host/hubs/hub/api/users/ann/server']);
});

it.each<[string, readonly RestReply[], Parameters<typeof hub>[1], string | null, number]>([
  ['one that runs', [ready], {}, null, 0],
  ['one that is on its way already', [spawning, ready], {}, null, 0],
  [
    'one that somebody else begins at the same time',
    [stopped, spawning, ready],
    { begun: { status: 400, json: {} } },
    null,
    1,
  ],
  [
    'a named one',
    [user({}), user({ two: { ready: true, url: '/user/ann/two/' } })],
    { typed: 'https://host/user/ann/two/' },
    null,
    1,
  ],
  ['one that the hub forbids', [stopped], { begun: { status: 429, json: { message: 'too many' } } }, 'kernel.start', 1],
  ['one that fails on the way', [stopped, spawning, stopped], {}, 'kernel.start', 1],
  ['one that never gets ready', [stopped, spawning], {}, 'kernel.start', 1],
])('wakes %s', async (_, looks, options, code, begun) => {
  const { server, asked } = hub(looks, options);
  const woken = await server.wake({});
  if (code === null) expect(woken).toBeNull();
  else expect(woken).toMatchObject({ fault: code });
  expect(asked.filter((line) => line.startsWith('POST'))).toHaveLength(begun);
});

it('called off, it lets the hub go on', async () => {
  const { server } = hub([stopped, spawning]);
  const callOff = new AbortController();
  const waking = server.wake({ signal: callOff.signal });
  setImmediate(() => callOff.abort());
  expect(await waking).toMatchObject({ fault: 'kernel.startCancelled' });
});
