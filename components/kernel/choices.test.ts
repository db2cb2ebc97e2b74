import { describe, expect, test } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { gatewayId, kernelId } from '#lib/core/ids.ts';
import type { ComputePlace } from '#lib/protocol/http/kernels.ts';
import { kernelChoices, withRecent } from './choices.ts';

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
