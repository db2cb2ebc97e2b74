import { describe, expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { choiceOfKey, clusterLines, type ClusterLinesInput, withRecentLine } from './cluster-lines.ts';

const now = 1_000_000;
const size = { workers: 2, threads: 2, memoryBytes: 1e9 };
const worker = (running: number, used: number | null) => ({
  id: `w${running}`,
  name: 'w',
  host: 'h',
  threads: 2,
  running,
  cpu: null,
  memory: used === null ? null : { used, limit: 1e9 },
  spilled: null,
  disk: null,
  network: null,
  heardAt: null,
});
const cluster = (id: string, part: Partial<ClusterView> = {}): ClusterView => ({
  id: clusterId(id),
  kind: 'dask',
  label: id,
  origin: 'launched',
  by: 'owner',
  state: 'ready',
  since: now,
  size,
  scaling: false,
  steps: [],
  fault: null,
  idle: { minutes: null, usedAt: now, end: null },
  work: null,
  abilities: [],
  address: 'tcp://h:1',
  distanceMs: null,
  seen: null,
  environment: [],
  lastStartMs: null,
  notebooks: [],
  ...part,
});
const template = (id: string, part: Partial<ClusterTemplateView> = {}): ClusterTemplateView => ({
  id,
  label: id,
  kind: 'dask',
  size,
  idleMinutes: 60,
  about: '',
  environment: [],
  shipped: true,
  refusal: null,
  lastStartMs: null,
  ...part,
});
const none: ClusterLinesInput = { clusters: [], templates: [], bound: null, recent: [], unreached: new Map(), now };
const lines = (part: Partial<ClusterLinesInput>) => clusterLines({ ...none, ...part });
const keys = (part: Partial<ClusterLinesInput>) =>
  lines(part).map((section) => [section.title, section.lines.map(({ key }) => key)]);
const first = (part: Partial<ClusterLinesInput>) => lines(part)[0]?.lines[0];

describe('clusterLines', () => {
  it('offers to attach where there is nothing', () => expect(keys({})).toEqual([['Clusters', ['attach']]]));

  it('the bound one first, what cannot be had last, what has stopped not at all', () => {
    const clusters = [
      cluster('gone', { state: 'stopped' }),
      cluster('lost', { state: 'unreachable', fault: fault('cluster.unreachable', 'No answer.') }),
      cluster('far'),
      cluster('mine'),
    ];
    const unreached = new Map([[clusterId('far'), 'refused']]);
    const there = lines({ clusters, bound: clusterId('mine'), unreached })[0]?.lines ?? [];
    expect(there.map(({ key, refusal }) => [key, refusal])).toEqual([
      ['cluster:mine', null],
      ['cluster:lost', 'No answer.'],
      ['cluster:far', 'The kernel does not reach it: refused'],
      ['detach', null],
      ['attach', null],
    ]);
  });

  it('a recent one is offered while it can be had, under a key of its own', () => {
    const refusal = fault('cluster.size', 'Too large.', 'Take less.');
    const templates = [template('big', { refusal }), template('small')];
    const recent = ['launch:big', 'cluster:gone', 'launch:small'];
    expect(keys({ templates, recent })).toEqual([
      ['Recent', ['recent:launch:small']],
      ['Clusters', ['attach']],
      ['Launch a cluster', ['launch:small', 'launch:big']],
    ]);
  });

  it('says load, users and the age of the figures; what is not told is left out', () => {
    const tasks = { running: 1, queued: 0, waiting: 0, done: 0, failed: 0 };
    const picture = { version: null, tasks, clients: 2, wantedWorkers: null };
    const notebooks = [{ path: 'a/sales.ipynb', sessionId: 's' as ClusterView['notebooks'][0]['sessionId'] }];
    const seen = (...used: (number | null)[]) => ({
      picture: { ...picture, workers: used.map((one, at) => worker(at, one)) },
      at: now - 20_000,
    });
    expect(first({ clusters: [cluster('c', { seen: seen(5e8, 0), notebooks })] })?.note).toBe(
      '3 of 4 threads free · 500 MB of 2.0 GB used · sales.ipynb, 2 clients · figures 20 s ago',
    );
    expect(first({ clusters: [cluster('c', { seen: seen(5e8, null) })] })?.note).toBe(
      '3 of 4 threads free · 2 clients · figures 20 s ago',
    );
    expect(first({ clusters: [cluster('c', { seen: seen() })] })?.note).toContain('no worker yet');
    const old = { picture: { ...seen(5e8).picture, workersAge: 7_000 }, at: now };
    expect(first({ clusters: [cluster('c', { seen: old })] })?.note).toContain('figures 7 s ago');
  });

  it.each([
    [{ state: 'provisioning' }, 'starting'],
    [{ work: { running: 1, queued: 0, at: now } }, 'at work'],
    [{ idle: { minutes: 1, usedAt: 0, end: now + 65_000 } }, 'idle, stops in 1:05'],
    [{ state: 'failed' }, 'failed'],
  ] as const)('%j reads %s', (part, words) => {
    expect(first({ clusters: [cluster('c', part as Partial<ClusterView>)] })?.use).toBe(words);
  });
});

it.each([
  ['recent:launch:small:1', { type: 'launch', templateId: 'small:1' }],
  ['cluster:c1', { type: 'cluster', id: 'c1' }],
  ['attach', { type: 'attach' }],
  ['start:local:python3', null],
])('%s is read', (key, choice) => expect(choiceOfKey(key)).toEqual(choice));

it('keeps three recent lines, newest first, once each', () => {
  expect(withRecentLine(['a', 'b', 'c'], 'recent:b')).toEqual(['b', 'a', 'c']);
  expect(withRecentLine(['a', 'b', 'c'], 'd')).toEqual(['d', 'a', 'b']);
});
