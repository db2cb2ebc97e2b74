import { outputGroups } from './output-rows.ts';
import { median, most, ms, pair, times, type Row } from './row.ts';

export const groupNames = [
  'run',
  'keys',
  'load',
  'open',
  'scroll',
  'edit',
  'all',
  'memory',
  'people',
  'resource',
  'picker',
  'clusters',
  'lines',
  'million',
  'longline',
  'updates',
  'journal',
  'links',
  'refused',
  'gigabyte',
] as const;
export type GroupName = (typeof groupNames)[number];

const key = (place: string): Row => ({
  id: `keys.${place}`,
  what: `Key to frame, ${place} cell of 1,000`,
  unit: 'ms',
  stats: pair,
  limits: times(1.4, 1.4),
});

const load = (
  kind: 'cold' | 'warm',
  name: string,
  limits: { typing: number; painted?: number; bytes?: number },
): Row[] => [
  ms(`load.${kind}.painted`, `${name} load: first cell painted`, limits.painted),
  ms(`load.${kind}.typing`, `${name} load: a typed character is shown`, limits.typing),
  ms(`load.${kind}.editor`, '… in the full editor'),
  {
    id: `load.${kind}.bytes`,
    what: `${name} load: bytes on the wire`,
    unit: 'KB',
    stats: median,
    ...(limits.bytes === undefined ? {} : { limits: most(limits.bytes) }),
  },
  { id: `load.${kind}.requests`, what: `${name} load: requests`, unit: 'requests', stats: median },
];

const open = (cells: number, limit: number): Row[] => [
  ms(`open.${cells}.first`, `Open in the running app, ${named(cells)}: first cell painted`, limit),
  ms(`open.${cells}.again`, '… and when the server has the notebook open already', limit),
  { ...ms(`open.${cells}.jump`, '… then at once to the end: last cell painted', 100), cap: 20_000 },
];

const start = (kind: string, what: string): Row => ms(`clusters.start.${kind}`, `Until it is up: ${what}`);

const scroll = (cells: number): Row[] => [
  {
    id: `scroll.${cells}.rate`,
    what: `Scroll at 10,000 px/s for 12 s, ${named(cells)}`,
    unit: 'frames/s',
    stats: median,
    limits: [{ least: 52 }],
  },
  { id: `scroll.${cells}.blank`, what: '… frames with a blank stretch', unit: '%', stats: median, limits: most(1) },
  { id: `scroll.${cells}.gap`, what: '… worst gap between two frames', unit: 'ms', stats: ['max'] },
];

const kept = (cells: number, heap: number): Row[] => [
  {
    id: `heap.${cells}`,
    what: `Heap after scrolling, ${named(cells)} (floor: the file)`,
    unit: 'MB',
    stats: median,
    limits: most(heap),
  },
  {
    id: `dom.${cells}`,
    what: `Most DOM elements while scrolling, ${named(cells)}`,
    unit: 'elements',
    stats: ['max'],
    limits: most(5000),
  },
];

const named = (cells: number) => `${cells.toLocaleString('en')} cells`;

/** Every row of docs/benchmarks.md in its order, by group. */
export const groups: Readonly<Record<GroupName, readonly Row[]>> = {
  run: [
    {
      id: 'run.painted',
      what: 'Shift-Enter to painted `1+1`, 100 cells (floor: bare kernel socket)',
      unit: 'ms',
      stats: pair,
      limits: most(23, 40),
    },
    {
      id: 'run.added',
      what: 'Added by the server to a run over the bare kernel socket',
      unit: 'ms',
      stats: pair,
      limits: most(1.5, 4),
    },
  ],
  keys: [
    key('first'),
    key('middle'),
    key('last'),
    {
      id: 'keys.held',
      what: 'Held key, every 33 ms, middle cell of 1,000 (no backlog: never three keys waiting)',
      unit: 'ms',
      stats: ['p50', 'max'],
      limits: most(33, 66),
    },
  ],
  load: [
    ...load('cold', 'Cold', { painted: 600, typing: 1200, bytes: 1200 }),
    ...load('warm', 'Warm', { typing: 500 }),
  ],
  open: [...open(10, 100), ...open(1000, 130), ...open(5000, 180)],
  scroll: [...scroll(1000), ...scroll(5000), ...kept(10, 30), ...kept(1000, 45), ...kept(5000, 70)],
  edit: [
    ms('edit.insert', 'Insert a cell in 1,000', 35),
    ms('edit.move', 'Move a cell in 1,000', 35),
    ms('edit.delete', 'Delete a cell in 1,000', 35),
  ],
  all: [
    {
      id: 'all.time',
      what: 'Run all of 200 trivial cells (floor: one after the other on the bare kernel socket)',
      unit: 'ms',
      stats: median,
      limits: times(1.25),
    },
  ],
  memory: [
    {
      id: 'memory.idle',
      what: 'Server memory (RSS, without children) after one page was served',
      unit: 'MB',
      stats: median,
      limits: most(200),
    },
    {
      id: 'memory.notebook',
      what: '… per further open notebook of 100 cells',
      unit: 'MB',
      stats: median,
      limits: most(1.5),
    },
  ],
  people: [
    {
      id: 'people.core',
      what: '20 people in one notebook, 5 keys/s each: share of one core',
      unit: '%',
      stats: median,
      limits: most(40),
    },
  ],
  resource: [
    {
      id: 'resource.core',
      what: 'Resource panel open on a cluster of 50 nodes that is asked one thing a second: share of one core of the server',
      unit: '%',
      stats: median,
      limits: most(3),
    },
    {
      id: 'resource.frames',
      what: '… frames of the page meanwhile',
      unit: 'frames/s',
      stats: median,
      limits: [{ least: 55 }],
    },
  ],
  picker: [
    ms(
      'picker.first',
      'Picker with 500 kernelspecs and 100 clusters: its lines painted, first opening of a page, the pointer 200 ms on the chip',
      100,
    ),
    ms('picker.again', '… opened again', 100),
    ms('picker.find', '… a typed word leaves one cluster', 100),
  ],
  clusters: [
    start('dask', 'Dask, two workers; floor: a scheduler with one'),
    start('spark-standalone', 'Spark, two workers; floor: a master alone'),
    start('spark-connect', 'Spark Connect'),
    start('ray', 'Ray, two nodes beside its head; floor: the head alone'),
    ms(
      'clusters.bind',
      'A kernel that is told of a cluster, from asking to its first result, above one that is not',
      150,
    ),
    ms(
      'clusters.behind',
      'What is told of a cell with 100 tasks of Dask, behind the tasks just before the next word',
      1_000,
    ),
    ms('clusters.tag.dask', 'The tag of a cell in its kernel, with Dask', 1),
    ms('clusters.tag.spark', '… with Spark', 1),
  ],
  ...outputGroups,
};

export const allRows: readonly Row[] = groupNames.flatMap((name) => groups[name]);
