import { describe, expect, test } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { gatewayId, kernelId } from '#lib/core/ids.ts';
import type { ComputePlace } from '#lib/protocol/http/kernels.ts';
import { allLines, defaultStart, firstLines, kernelChoices, withRecent } from './choices.ts';

const place = (id: string, near: boolean, part: Partial<ComputePlace> = {}): ComputePlace => ({
  gateway: {
    id: gatewayId(id),
    kind: near ? 'local' : 'jupyter',
    label: id,
    url: '',
    place: near ? 'near' : 'far',
    removable: !near,
    auth: { kind: 'none' },
    tls: { verify: true, ca: '' },
    needsSecrets: false,
  },
  state: 'ready',
  distanceMs: near ? 1 : 23,
  fault: null,
  kernelspecs: [
    { name: 'ir', displayName: 'R', language: 'R', isDefault: false },
    { name: 'python3', displayName: 'Python 3', language: 'python', isDefault: true },
  ],
  kernels: [],
  ...part,
});
const running = {
  id: kernelId('k1'),
  name: 'python3',
  displayName: 'Python 3',
  state: 'busy',
  connections: 1,
  lastActivity: 5,
  notebooks: ['reports/sales.ipynb'],
};
const none = { recent: [], bound: null, typed: '' };
const keys = (all: readonly ComputePlace[], options = none as Parameters<typeof kernelChoices>[1]) =>
  kernelChoices(all, options).sections.map(({ title, choices }) => [title, choices.map(({ key }) => key)]);

describe('kernelChoices', () => {
  test('near before far, the default kernelspec first', () => {
    expect(keys([place('far', false), place('here', true)])).toEqual([
      ['Start a new kernel', ['start:here:python3', 'start:here:ir', 'start:far:python3', 'start:far:ir']],
    ]);
  });

  test('a recent start is offered only where it still exists', () => {
    const recent = [
      { gatewayId: 'gone', kernelName: 'python3' },
      { gatewayId: 'far', kernelName: 'ir' },
    ];
    expect(keys([place('far', false)], { ...none, recent })[0]).toEqual(['Recent', ['recent:start:far:ir']]);
  });

  test('the bound kernel is marked on its own gateway only', () => {
    const bound = { gatewayId: gatewayId('far'), kernelId: kernelId('k1'), kernelName: 'python3' };
    const both = [place('here', true, { kernels: [running] }), place('far', false, { kernels: [running] })];
    const marked = kernelChoices(both, { ...none, bound }).sections.flatMap(({ choices }) =>
      choices.filter((c) => c.current),
    );
    expect(marked.map(({ key }) => key)).toEqual(['kernel:far:k1']);
  });

  test('every typed word must be in the line; notebooks of a running kernel count', () => {
    const all = [place('here', true, { kernels: [running] }), place('far', false)];
    expect(keys(all, { ...none, typed: 'FAR py' })).toEqual([['Start a new kernel', ['start:far:python3']]]);
    expect(keys(all, { ...none, typed: 'sales' })).toEqual([['Running', ['kernel:here:k1']]]);
  });

  test('a place that does not answer offers nothing and keeps its reason', () => {
    const why = fault('gateway.unreachable', 'refused');
    const { sections, closed } = kernelChoices([place('far', false, { state: 'unreachable', fault: why })], none);
    expect(sections).toEqual([]);
    expect(closed.map((entry) => entry.fault)).toEqual([why]);
  });
});

test('withRecent keeps three, newest first, once each', () => {
  const of = (kernelName: string) => ({ gatewayId: 'g', kernelName });
  expect(withRecent([of('a'), of('b'), of('c')], of('b'))).toEqual([of('b'), of('a'), of('c')]);
  expect(withRecent([of('a'), of('b'), of('c')], of('d'))).toEqual([of('d'), of('a'), of('b')]);
});

const line = (key: string, title: string) => ({
  key,
  mark: 'idle' as const,
  title,
  about: 'Dask',
  distance: '',
  use: '',
  note: '',
  current: false,
  refusal: null,
});

describe('allLines', () => {
  const kernels = kernelChoices([place('here', true)], none).sections;
  const others = [
    { title: 'Recent', lines: [line('r', 'night')] },
    { title: 'Clusters', lines: [line('c', 'night'), line('d', 'day')] },
  ];

  test('what is recent comes first, of whatever kind; clusters behind kernels', () => {
    expect(allLines(kernels, others, '').map(({ title, lines }) => [title, lines.length])).toEqual([
      ['Recent', 1],
      ['Start a new kernel', 2],
      ['Clusters', 2],
    ]);
  });

  test('typed words are looked for in lines of others too', () => {
    const found = allLines([], others, 'DASK day').flatMap(({ lines }) => lines.map(({ key }) => key));
    expect(found).toEqual(['d']);
  });

  test('the first lines of all sections together', () => {
    const first = firstLines(allLines(kernels, others, ''), 2);
    expect(first.map(({ lines }) => lines.map(({ key }) => key))).toEqual([['r'], ['start:here:python3']]);
  });
});

test('a cluster without a kernel gets a Python: the recent one, else the nearest default, never another language', () => {
  const all = [place('far', false), place('here', true)];
  expect(defaultStart(all, [])).toMatchObject({ gatewayId: 'here', kernelName: 'python3' });
  expect(defaultStart(all, [{ gatewayId: 'far', kernelName: 'python3' }])).toMatchObject({ gatewayId: 'far' });
  expect(defaultStart(all, [{ gatewayId: 'far', kernelName: 'ir' }])).toMatchObject({ gatewayId: 'here' });
  expect(defaultStart([place('far', false, { kernelspecs: [] })], [])).toBeNull();
});
