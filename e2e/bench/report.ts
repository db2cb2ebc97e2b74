import { type Figures, format, type Unit } from './figures.ts';
import type { Limit, Row } from './row.ts';
import { type GroupName, groups } from './rows.ts';
import type { ProductName, Sheet } from './sheet.ts';

export type Conditions = {
  /** ISO day. */
  readonly day: string;
  /** Cores, Node, Chromium, in words. */
  readonly machine: string;
  readonly rounds: number;
  readonly products: readonly ProductName[];
  /** Groups that were asked for. */
  readonly groups: readonly GroupName[];
  /** What a row that is not met is told to be owed to. */
  readonly reasons: Readonly<Record<string, string>>;
};

/** Above this share of all cores other work disturbs a measurement. */
const quiet = 0.1;

/** docs/benchmarks.md of one run: what was measured, against which target and floor, and what is not met. */
export function renderReport(sheet: Sheet, conditions: Conditions): string {
  return [
    '# Benchmarks',
    '',
    ...reading,
    '',
    `Measured ${conditions.day} on ${conditions.machine}; everything on one machine over loopback. What is measured a few times: ${conditions.rounds} rounds.`,
    disturbance(sheet),
    '',
    ...table(sheet, conditions),
    '',
    '## Not met',
    '',
    ...missed(sheet, conditions),
    '',
  ].join('\n');
}

const reading = [
  'Written by `npm run bench -- --long`; with `--against jupyterlab` the same rows are measured on JupyterLab 4.6.4 with its default',
  'settings, in the same run and the same browser. Compare within one run: the milliseconds depend on the machine, the',
  'relations hardly do.',
  '',
  '- One number is the median; `a / b` is named in the row. **Floor** is the least that this machine allows: a bare page, a',
  '  bare kernel socket, one frame.',
  '- **Painted**: the time from the event of the key or click (its own time stamp, so waiting in the queue counts) until the',
  '  first task after the frame that shows the change. **Key to frame**: until the frame that shows the character, in a page',
  '  that makes frames all the time, so that a key waits half a frame on average. Headless Chromium paints in software; a',
  '  screen adds its own delay.',
  '- **A typed character is shown**: a person clicks and types as soon as the cell is there, until it shows. **Blank**: of all',
  '  frames those in which more than 48 px of the view show no cell, the ends of the notebook aside.',
  '- **Bytes** count responses and socket messages until the page has been quiet for one second. **Heap** is that of',
  '  JavaScript after garbage collection; the DOM and images are not in it.',
  '- **Missing or doubled**: printed lines have numbers; those of what the product keeps are counted after the run, in the',
  '  saved notebook or in what the server hands out as the whole text. **Above idle**: the highest RSS that the operating',
  '  system has seen since the server had nothing to do, less what it had then; kernels and gateway are not in it.',
  '- Limits: loopback has no delay and no loss, and each figure is of one browser on one machine. JupyterLab starts a kernel',
  '  with each notebook, this server with the first run: loads and memory differ by that too. Its page takes cells',
  '  up one after the other for up to a minute: its scroll turns at the end of what is there, and its keys, insertions and',
  '  moves are measured when all are there.',
];

function table(sheet: Sheet, { products, groups: asked }: Conditions): string[] {
  const head = ['What', 'Target', 'Floor', ...products, 'Met'];
  const body = rowsOf(asked).map((row) => [
    row.what + statNames(row),
    targetText(row),
    figuresText(row, sheet.get(row.id, 'floor'), undefined),
    ...products.map((product) => figuresText(row, sheet.get(row.id, product), sheet.get(row.id, 'floor'))),
    { true: 'yes', false: '**no**', null: '' }[
      String(isMet(row, sheet.get(row.id, 'Farfield'), sheet.get(row.id, 'floor')))
    ],
  ]);
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
}

/** Whether a row keeps its limits; null where it has none or was not measured. */
export function isMet(row: Row, figures: Figures | undefined, floor: Figures | undefined): boolean | null {
  if (row.limits === undefined || figures === undefined) return null;
  return row.limits.every((limit, at) => {
    const stat = row.stats[at] ?? 'p50';
    return keeps(limit, figures[stat] ?? Number.NaN, floor?.[stat] ?? Number.NaN);
  });
}

function keeps(limit: Limit, value: number, floor: number): boolean {
  if ('most' in limit) return value <= limit.most;
  if ('least' in limit) return value >= limit.least;
  return value <= limit.times * floor;
}

function missed(sheet: Sheet, { reasons, groups: asked }: Conditions): string[] {
  const lines = rowsOf(asked).flatMap((row) => {
    const [figures, floor] = [sheet.get(row.id, 'Farfield'), sheet.get(row.id, 'floor')];
    if (isMet(row, figures, floor) !== false) return [];
    const figure = `${row.what.replace(/^… /, '')}: ${figuresText(row, figures, floor)}, target ${targetText(row)}.`;
    return [`- ${figure} ${reasons[row.id] ?? ''}`.trimEnd()];
  });
  return lines.length === 0 ? ['Every target of this run is met.'] : lines;
}

function figuresText(row: Row, figures: Figures | undefined, floor: Figures | undefined): string {
  if (figures === undefined) return '–';
  const values = row.stats.map((stat) => figures[stat] ?? Number.NaN);
  const shown = values.map((value) =>
    row.cap !== undefined && value > row.cap ? `> ${format(row.cap)}` : format(value),
  );
  const isReached = row.cap !== undefined || values.some((value) => Number.isFinite(value));
  const text = `${shown.join(' / ')}${isReached ? unitText(row.unit) : ''}`;
  if (floor === undefined || !row.limits?.some((limit) => 'times' in limit)) return text;
  const ratios = row.stats.map((stat, at) => ((values[at] ?? Number.NaN) / (floor[stat] ?? Number.NaN)).toFixed(2));
  return `${text} (${ratios.join(' / ')} ×)`;
}

function targetText(row: Row): string {
  if (row.limits === undefined) return '';
  const one = (limit: Limit) => {
    if ('most' in limit) return `≤ ${format(limit.most)}`;
    return 'least' in limit ? `≥ ${format(limit.least)}` : `≤ ${limit.times} ×`;
  };
  const text = row.limits.map(one).join(' / ');
  return row.limits.some((limit) => 'times' in limit) ? `${text} floor` : `${text}${unitText(row.unit)}`;
}

/** What the row's words say already. */
const countedUnits = new Set<Unit>(['elements', 'requests', 'lines', 'characters', 'changes', 'markers']);

function unitText(unit: Unit): string {
  return countedUnits.has(unit) ? '' : ` ${unit}`;
}

const statNames = (row: Row): string => (row.stats.length > 1 ? `, ${row.stats.join(' / ')}` : '');

function disturbance(sheet: Sheet): string {
  const loud = [...sheet.disturbance].filter(([, share]) => share > quiet);
  if (loud.length === 0) return 'The machine was otherwise idle.';
  const list = loud.map(([name, share]) => `${name} ${Math.round(100 * share)} %`).join(', ');
  return `**Disturbed**: other work used the machine just before these groups (share of all cores): ${list}.`;
}

const rowsOf = (names: readonly GroupName[]): readonly Row[] => names.flatMap((name) => groups[name]);
