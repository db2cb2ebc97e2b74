import { expect, it } from 'vitest';
import { cellId, gatewayId, kernelId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { SessionBinding } from '#lib/core/session/event.ts';
import { replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type Run } from '#lib/core/session/state.ts';
import type { GatewayKernel, GatewayPort, KernelLinkListener } from '#server/kinds/gateway/port.ts';
import { realEffects } from './session-effects.ts';
import { SessionLink } from './session-link.ts';

const by = principalId('server');
const binding: SessionBinding = {
  id: sessionId('s'),
  gatewayId: gatewayId('g'),
  gatewayLabel: 'test',
  kernelId: kernelId('k'),
  kernelName: 'python3',
  displayName: 'Python 3',
  language: 'python',
  clientId: 'c',
};

/** A link to a gateway that is asked about its kernel and takes its time. */
function connect() {
  let state = replaySession(emptyRunState, [{ type: 'SessionBound', at: 1, by, session: binding }]);
  const scheduled: (() => void)[] = [];
  const asked = Promise.withResolvers<GatewayKernel>();
  const joined = Promise.withResolvers<KernelLinkListener>();
  const port: Partial<GatewayPort> = {
    connect: (_kernel, _client, listener) => {
      joined.resolve(listener);
      return { execute() {}, ask: async () => ({}), answer: () => true, close() {}, async leave() {} };
    },
    findKernel: () => asked.promise,
  };
  const link = new SessionLink(
    binding,
    {
      state: () => state,
      dispatch: (events) => (state = replaySession(state, events)),
      gateway: () => port as GatewayPort,
      agent: () => null,
      payload() {},
      working() {},
      died() {},
      by,
    },
    { ...realEffects, after: (_ms, wake) => (scheduled.push(wake), () => undefined) },
  );
  link.run();
  const answer = async (told: string): Promise<void> => {
    asked.resolve({ id: binding.kernelId, name: 'python3', state: told, connections: 1, lastActivity: 0 });
    await new Promise((resolve) => setImmediate(resolve));
  };
  const status = () => state.sessions.get(binding.id)?.status;
  return { link, listener: joined.promise, answer, status, scheduled };
}

it.each(['idle', 'busy'] as const)('asks the gateway what a silent kernel does: %s', async (told) => {
  const { link, listener, answer, status } = connect();
  (await listener).connection('connected');
  await answer(told);
  expect(status()).toBe(told);
  link.stop();
});

it('believes the kernel, where it has said something since the gateway was asked', async () => {
  const { link, listener, answer, status } = connect();
  (await listener).connection('connected');
  (await listener).status('idle');
  await answer('busy');
  expect(status()).toBe('idle');
  link.stop();
});

const run: Run = {
  id: runId('r'),
  cellId: cellId('a'),
  sessionId: binding.id,
  by,
  state: 'running',
  msgId: 'm',
  source: '1+1',
  queuedAt: 1,
  startedAt: 1,
  finishedAt: null,
  outcome: null,
  reason: null,
  input: null,
  progress: null,
};

it.each([
  { sent: 'before the socket was open', watched: 1 },
  { sent: 'by the open socket', watched: 0 },
])('looks for the missed end of a run that was sent $sent: $watched', async ({ watched }) => {
  const { link, listener, answer, scheduled } = connect();
  if (watched > 0) link.execute(run, 'm', '1+1');
  (await listener).connection('connected');
  if (watched === 0) link.execute(run, 'm', '1+1');
  await answer('idle');
  expect(scheduled).toHaveLength(watched);
  link.stop();
});
