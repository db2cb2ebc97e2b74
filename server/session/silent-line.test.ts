import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CellId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import type { KernelStatus } from '#lib/core/session/event.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import { tokenEndpoint } from '#server/kinds/gateway/port.ts';
import { FaultProxy } from '#server/testing/fault-proxy.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { openEffects, SessionBench, tester } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1_000));
const lines = 150;
/** One message per line, ten a second. */
const code = `import sys, time
for i in range(${lines}):
    sys.stdout.write(f'line {i}\\n')
    sys.stdout.flush()
    time.sleep(0.1)`;

/** A session behind a proxy, whose sockets are doubted after 3 s, and all states that it goes through until the run is over. */
async function open() {
  const proxy = await FaultProxy.start(Number(new URL(jupyter.url).port));
  const folder = await mkdtemp(path.join(tmpdir(), 'farfield-silent-'));
  const endpoint = tokenEndpoint(`${proxy.origin}/`, jupyter.token);
  const port = new JupyterGateway(async () => endpoint, openEffects, { patienceMs: 3_000 });
  const bench = await new SessionBench({ port: () => port, get: () => ({ label: 'test' }) }, folder).open();
  await bench.start();
  const cell = bench.source.set('a', code);
  const states: KernelStatus[] = [];
  let ended = false;
  const { stop } = await bench.host.feed.follow(null, ({ events }) => {
    for (const event of events) {
      if (event.type === 'RunFinished') ended = true;
      if (event.type === 'KernelStatusChanged' && !ended) states.push(event.status);
    }
  });
  await bench.run(cell);
  await bench.when(() => bench.text(cell).includes('line 5\n'), 'some lines');
  const close = async () => {
    stop();
    proxy.heal();
    for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
    await bench.host.stop();
    await proxy[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  return { proxy, bench, cell, states, close };
}

/** All lines in order, each shown once or counted by a marker where it would be; answers how many are missing. */
function missingOf(bench: SessionBench, cell: CellId): number {
  let next = 0;
  let missing = 0;
  for (const output of bench.outputs(cell)) {
    const marker = readMarker(output);
    if (output.output_type === 'stream') {
      for (const line of output.text.split('\n').slice(0, -1)) expect(line).toBe(`line ${next++}`);
    } else {
      expect(marker).toMatchObject({ kind: 'gap', cause: 'connection', messages: expect.any(Number) });
      if (marker?.kind === 'gap') missing += marker.messages ?? 0;
      if (marker?.kind === 'gap') next += marker.messages ?? 0;
    }
  }
  expect(next).toBe(lines);
  return missing;
}

it(
  'a gateway that is frozen and goes on: every line once, in order, on the socket that was there',
  { timeout: 90_000 },
  async () => {
    const { proxy, bench, cell, states, close } = await open();
    process.kill(jupyter.pid, 'SIGSTOP');
    try {
      await bench.whenStatus('reconnecting');
      expect(bench.session().reason).toContain('no sign of life');
      await seconds(5);
      expect(bench.session().status).toBe('reconnecting');
    } finally {
      process.kill(jupyter.pid, 'SIGCONT');
    }
    await bench.whenFinished(cell);
    expect(missingOf(bench, cell)).toBe(0);
    expect(bench.runOf(cell)?.state).toBe('ok');
    expect(proxy.counts.cut).toBe(0);
    // Never idle while the run went on.
    expect(states.slice(states.indexOf('reconnecting'), -1)).not.toContain('idle');
    await close();
  },
);

it('a network that stands still and goes on: every line once, in order', { timeout: 90_000 }, async () => {
  const { proxy, bench, cell, close } = await open();
  proxy.freeze();
  await bench.whenStatus('reconnecting');
  await seconds(3);
  proxy.heal();
  await bench.whenFinished(cell);
  expect(missingOf(bench, cell)).toBe(0);
  expect(bench.runOf(cell)?.state).toBe('ok');
  await close();
});

it(
  'a connection that leads nowhere is replaced: what the gateway sent into it is counted',
  { timeout: 90_000 },
  async () => {
    const { proxy, bench, cell, states, close } = await open();
    const { accepted } = proxy.counts;
    proxy.blackHole();
    await seconds(1);
    proxy.heal();
    await bench.whenStatus('reconnecting');
    await bench.whenFinished(cell);
    expect(missingOf(bench, cell)).toBeGreaterThan(5);
    expect(bench.runOf(cell)?.state).toBe('ok');
    expect(proxy.counts.accepted).toBeGreaterThan(accepted);
    expect(states.slice(states.indexOf('reconnecting'), -1)).not.toContain('idle');
    await close();
  },
);
