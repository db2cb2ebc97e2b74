import { beforeEach, expect, it, vi } from 'vitest';
import { fault, isFault } from '#lib/core/fault.ts';
import { gatewayId, type TerminalName, terminalName } from '#lib/core/ids.ts';
import { usualTls } from '#lib/protocol/gateway-settings.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import type { GatewayPort, GatewayTerminals, TerminalLinkListener } from '#server/kinds/gateway/port.ts';
import { Terminals } from './terminals.ts';

const gateway = (id: string, kind: Gateway['kind']): Gateway => ({
  id: gatewayId(id),
  kind,
  label: `the ${id}`,
  url: '',
  place: 'far',
  removable: true,
  auth: { kind: 'none' },
  tls: usualTls,
  needsSecrets: false,
});
const [local, bare, broken] = [
  gateway('local', 'local'),
  gateway('bare', 'kernel-gateway'),
  gateway('broken', 'jupyter'),
];
const away = fault('gateway.unreachable', 'nothing listens');

let names: TerminalName[];
let folders: string[];
let listeners: Map<string, TerminalLinkListener>;
let closed: string[];
let changed: ReturnType<typeof vi.fn<() => void>>;
let terminals: Terminals;

beforeEach(() => {
  names = [];
  folders = [];
  closed = [];
  listeners = new Map();
  changed = vi.fn<() => void>();
  const offered: GatewayTerminals = {
    list: async () => names.map((name) => ({ name, lastActivity: null })),
    open: async ({ name, folder }) => {
      names.push(name);
      folders.push(folder);
      return { name, lastActivity: 1 };
    },
    close: async (name) => {
      closed.push(name);
      return names.includes(name) ? null : fault('terminal.notFound', 'gone');
    },
    connect: (name, listener) => {
      listeners.set(name, listener);
      return { type: () => true, resize: () => undefined, close: () => closed.push(`line of ${name}`) };
    },
  };
  const ports: Record<string, Partial<GatewayPort>> = {
    local: { terminals: offered },
    bare: {},
    broken: { terminals: { ...offered, list: async () => away, open: async () => away } },
  };
  const all = [local, bare, broken];
  terminals = new Terminals({
    gateways: {
      list: () => all,
      get: (id) => all.find((one) => one.id === id),
      port: (id) => (ports[id] ?? fault('gateway.notFound', 'not registered')) as GatewayPort,
    },
    changed,
  });
});

it('opens a terminal under the lowest free number, in the folder that is asked for', async () => {
  names.push(terminalName('1'), terminalName('t3_x'));
  const opened = await terminals.open({ gatewayId: local.id, folder: 'reports' });
  expect(opened).toMatchObject({ gatewayId: 'local', gatewayLabel: 'the local', lastActivity: 1, watching: 0 });
  expect(isFault(opened) ? '' : opened.name).toMatch(/^t2_[\da-f]{8}$/);
  expect(folders).toEqual(['reports']);
  expect(changed).toHaveBeenCalledTimes(1);
});

it('a gateway of a kind without terminals, and one that is not registered, answer a fault', async () => {
  for (const answer of [
    await terminals.open({ gatewayId: bare.id, folder: '' }),
    await terminals.close({ gatewayId: bare.id, name: terminalName('1') }),
    terminals.find({ gatewayId: bare.id, name: terminalName('1') }),
  ])
    expect(answer).toMatchObject({ fault: 'gateway.noTerminals', message: expect.stringContaining('the bare') });
  expect(terminals.find({ gatewayId: gatewayId('x'), name: terminalName('1') })).toMatchObject({
    fault: 'gateway.notFound',
  });
  expect(listeners.size).toBe(0);
});

it('lists all that are, and says which gateway could not be asked', async () => {
  names.push(terminalName('1'));
  expect(await terminals.list()).toEqual({
    terminals: [{ gatewayId: 'local', gatewayLabel: 'the local', name: '1', lastActivity: null, watching: 0 }],
    faults: [{ gatewayId: 'broken', gatewayLabel: 'the broken', fault: away }],
  });
  expect(await terminals.open({ gatewayId: broken.id, folder: '' })).toEqual(away);
});

it('connects to a terminal once, whoever asks for it', () => {
  const address = { gatewayId: local.id, name: terminalName('1') };
  const first = terminals.find(address);
  expect(terminals.find(address)).toBe(first);
  terminals.stop();
  expect(closed).toEqual(['line of 1']);
});

it('a name that a gateway gave itself, and that has ended, may be that of another shell by now', () => {
  const address = { gatewayId: local.id, name: terminalName('1') };
  const first = terminals.find(address);
  listeners.get('1')?.connection('ended');
  expect(terminals.find(address)).not.toBe(first);
});

it('holds no more than a bounded number, and of those that have ended the last ones', () => {
  const held = Array.from({ length: 100 }, (_, at) => ({ gatewayId: local.id, name: terminalName(`t1_${at}`) }));
  const hosts = held.map((address) => terminals.find(address));
  expect(hosts.some(isFault)).toBe(false);
  expect(terminals.find({ gatewayId: local.id, name: terminalName('more') })).toMatchObject({
    fault: 'terminal.tooMany',
  });
  for (const listener of listeners.values()) listener.connection('ended');
  const again = held.map((address) => terminals.find(address));
  expect(again.filter((host, at) => host === hosts[at])).toHaveLength(10);
  expect(again.at(-1)).toBe(hosts.at(-1));
});
