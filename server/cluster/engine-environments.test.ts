import { expect, it } from 'vitest';
import { SetupError } from '../setup/step.mjs';
import { engineEnvironments, type EngineSetup } from './engine-environments.ts';

const ensure = (setUp: EngineSetup) => engineEnvironments('/root', '/venvs', setUp);

it('says what it installs, and where the engine is then', async () => {
  const reasons: string[] = [];
  const found = ensure(async (root, venvs, name, what, options) => {
    await options?.announce?.(`${what}, by uv`, options.why ?? '', async () => undefined);
    expect([root, venvs, name]).toEqual(['/root', '/venvs', 'dask']);
  })('dask', 'Dask', { onReason: (text) => reasons.push(text) });
  expect(await found).toEqual({ python: '/venvs/dask/bin/python' });
  expect(reasons).toEqual(['installing Dask, by uv: it is used for the first time']);
});

it('says why it could not, with the next step', async () => {
  const found = ensure(() => Promise.reject(new SetupError('No Python was found.', 'Install it.', 'a\nb')));
  expect(await found('dask', 'Dask', undefined)).toEqual({
    fault: 'engine.missing',
    message: 'Dask is not here and could not be installed: No Python was found. a\nb',
    hint: 'Install it.',
  });
});

it('one that is called off says so, and the next one goes on', async () => {
  const stop = new AbortController();
  let calls = 0;
  const install = ensure(async () => {
    calls += 1;
    if (calls > 1) return;
    stop.abort();
    throw new SetupError('ended by SIGTERM', '');
  });
  const [first, second] = await Promise.all([
    install('dask', 'Dask', { signal: stop.signal }),
    install('dask', 'Dask', undefined),
  ]);
  expect(first).toMatchObject({ fault: 'cluster.startCancelled' });
  expect(second).toEqual({ python: '/venvs/dask/bin/python' });
});

it('one that waits for another installation need not wait to be called off', async () => {
  const stop = new AbortController();
  const names: string[] = [];
  let finish = (): void => undefined;
  const install = ensure(async (_root, _venvs, name) => {
    names.push(name);
    await new Promise<void>((resolve) => (finish = resolve));
  });
  const first = install('spark', 'Spark', undefined);
  const second = install('dask', 'Dask', { signal: stop.signal });
  await Promise.resolve();
  stop.abort();
  expect(await second).toMatchObject({ fault: 'cluster.startCancelled' });
  finish();
  expect(await first).toEqual({ python: '/venvs/spark/bin/python' });
  expect(names).toEqual(['spark']);
});
