import { ms, most, one, pair, times, type Limit, type Row } from './row.ts';

const lost = (id: string, unit: 'lines' | 'characters'): Row =>
  // The worst round counts: a loss in one of them is a loss.
  ({ id, what: `… ${unit} missing or doubled in what is stored`, unit, stats: ['max'], limits: most(0) });

const task = (id: string, limits?: readonly Limit[]): Row => ({
  id,
  what: '… longest task of the page (0: none over 50 ms)',
  unit: 'ms',
  stats: ['max'],
  ...(limits === undefined ? {} : { limits }),
});

/** Rows of what kernels write, by group. */
export const outputGroups = {
  lines: [
    one('lines.last', '100,000 printed lines: last line painted (floor: bare kernel socket)', 'ms', times(1.3)),
    lost('lines.lost', 'lines'),
    task('lines.task', most(50)),
  ],
  million: [
    one('million.last', '1,000,000 printed lines: last line painted (floor: bare kernel socket)', 'ms', times(1.3)),
    lost('million.lost', 'lines'),
    one('million.heap', '… heap of the page afterwards', 'MB', most(60)),
    one('million.server', '… most server memory (RSS) above idle', 'MB', most(150)),
    task('million.task'),
  ],
  longline: [
    ms(
      'longline.first',
      'One line of 10,000,000 characters: its beginning painted (floor: bare kernel socket, all)',
      300,
    ),
    lost('longline.lost', 'characters'),
    task('longline.task', most(50)),
  ],
  updates: [
    one('updates.last', '2,000 updates of one display: the last painted (floor: bare kernel socket)', 'ms', times(1.2)),
    {
      id: 'updates.repaints',
      what: '… changes of the output from one frame to the next, at most',
      unit: 'changes',
      stats: ['max'],
      limits: most(1),
    },
  ],
  journal: [
    {
      id: 'journal.added',
      what: 'Added by the journal to a run: 400 runs of a kernel that answers at once, every other one with writing to the journal left out',
      unit: 'ms',
      stats: pair,
      limits: [{ most: 1.5 }, { most: 4 }],
    },
  ],
  links: [one('links.link', 'Server memory (RSS) per kernel of 50 open notebooks, after 5 others', 'MB', most(1))],
  refused: [
    ms('refused.next', 'One message of 300 MB: from its key to the painted result of the cell queued behind it'),
    one('refused.markers', '… markers of the refusal in its cell', 'markers', [{ least: 1 }]),
    lost('refused.lost', 'lines'),
    one('refused.server', '… most server memory (RSS) above idle', 'MB'),
  ],
  gigabyte: [
    one('gigabyte.last', '1 GB in 2,000,000 lines: last line painted (floor: bare kernel socket)', 'ms'),
    lost('gigabyte.lost', 'lines'),
    one('gigabyte.server', '… most server memory (RSS) above idle', 'MB', most(300)),
    one('gigabyte.heap', '… heap of the page afterwards', 'MB'),
    ms('gigabyte.open', '… then opened by another browser: first cell painted', 60_000),
  ],
} satisfies Readonly<Record<string, readonly Row[]>>;
