import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fault, type Fault } from '#lib/core/fault.ts';
import { gatewayId, kernelId, sessionId } from '#lib/core/ids.ts';
import type { GatewayPort, ProcessUsage } from '#server/kinds/gateway/port.ts';
import type { SessionHost } from '#server/session/session-host.ts';
import { KernelSource } from './kernel-source.ts';
import type { Heard } from './source.ts';

const id = sessionId('s');
const usageOf = (cpuMs: number): ProcessUsage => ({
  cpuMs,
  memory: 5,
  machine: { cores: 2, busyMs: 2 * cpuMs, memory: { used: 1, total: 2 } },
});

/** The source of a kernel of this machine that is and takes what the test says. */
function open() {
  const world = { now: 0, status: 'idle', cpuMs: 0, asked: 0, fault: null as Fault | null };
  const session = { status: '', binding: { gatewayId: gatewayId('g'), kernelId: kernelId('k') } };
  const host = {
    state: () => ({ sessions: new Map([[id, { ...session, status: world.status }]]) }),
    help: { usage: async () => world.fault ?? fault('kernel.noAnswer', 'nothing') },
  } as unknown as SessionHost;
  const port = {
    processes: {
      usage: async () => {
        world.asked += 1;
        return world.fault === null ? usageOf(world.cpuMs) : null;
      },
      gpus: () => null,
    },
  } as unknown as GatewayPort;
  const source = new KernelSource(id, {
    host: () => host,
    gateways: { port: () => port, get: () => undefined },
    now: () => world.now,
  });
  return { world, source };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Follows a source, and lets seconds pass. */
function follow({ world, source }: ReturnType<typeof open>) {
  const heard: Heard[] = [];
  const end = source.begin((one) => heard.push(one));
  const pass = async (seconds: number): Promise<Heard | undefined> => {
    for (let second = 0; second < seconds; second += 1) {
      world.now += 1_000;
      await vi.advanceTimersByTimeAsync(1_000);
    }
    return heard.at(-1);
  };
  return { heard, end, pass };
}

it('tells what a kernel took between two looks', async () => {
  const opened = open();
  const { pass, end } = follow(opened);
  await pass(1);
  opened.world.cpuMs += 500;
  expect(await pass(1)).toMatchObject({ cpu: 0.5, memory: 5, machine: { cores: 2, cpu: 0.5 } });
  end();
});

it('a kernel that was dead for long is looked at as soon as it is back', async () => {
  const opened = open();
  const { world } = opened;
  world.status = 'dead';
  const { pass, end } = follow(opened);
  expect([await pass(60), world.asked]).toMatchObject([{ fault: 'kernel.dead' }, 0]);
  world.status = 'idle';
  expect(await pass(1)).toMatchObject({ kind: 'kernel' });
  end();
});

it('one that runs a cell of which nothing is told is not asked, and looked at each second', async () => {
  const opened = open();
  const { world } = opened;
  world.fault = fault('kernel.busy', 'runs a cell');
  const { pass, end } = follow(opened);
  await pass(60);
  world.fault = null;
  expect(await pass(1)).toMatchObject({ kind: 'kernel' });
  end();
});

it('one that answers nothing is asked ever more seldom, but once by whoever comes to look', async () => {
  const opened = open();
  const { world } = opened;
  world.fault = fault('kernel.noAnswer', 'nothing');
  const first = follow(opened);
  await first.pass(50);
  expect(world.asked).toBeLessThan(10);
  first.end();
  const before = world.asked;
  world.fault = null;
  const second = follow(opened);
  await vi.advanceTimersByTimeAsync(0);
  expect([world.asked, second.heard.length]).toEqual([before + 1, 1]);
  second.end();
});
