import Plot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Points } from '#lib/core/resource/hour.ts';

export type Curve = {
  /** Of the figure. */
  readonly name: string;
  /** Token of its colour, such as `--accent`. */
  readonly token: string;
};

const height = 64;
/** How much time is shown, the least that holds all there is, with a line at each step. ms */
const minute = 60_000;
const windows = [
  { span: minute, step: minute / 4 },
  { span: 5 * minute, step: minute },
  { span: 20 * minute, step: 5 * minute },
  { span: 60 * minute, step: 15 * minute },
] as const;
const hour = windows[3];
/** Samples further apart than this are not joined by a line: nobody looked then. ms */
const gapMs = 25_000;

/** Curves of the last hour, or of as much of it as is known, in an element, with the colours of the present theme. The only file that knows uPlot. */
export class UplotChart {
  readonly #element: HTMLElement;
  readonly #curves: readonly Curve[];
  readonly #say: (value: number) => string;
  readonly #stops: (() => void)[] = [];
  #window: (typeof windows)[number] = windows[0];
  #plot: Plot;
  #shown: { readonly points: Points; readonly now: number } | null = null;

  /** `say`: a value in words, for the axis. */
  constructor(element: HTMLElement, curves: readonly Curve[], say: (value: number) => string) {
    this.#element = element;
    this.#curves = curves;
    this.#say = say;
    this.#plot = this.#make();
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0) this.#plot.setSize({ width: element.clientWidth, height });
    });
    resized.observe(element);
    const themed = new MutationObserver(() => {
      this.#plot.destroy();
      this.#plot = this.#make();
      if (this.#shown !== null) this.show(this.#shown.points, this.#shown.now);
    });
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#stops.push(
      () => resized.disconnect(),
      () => themed.disconnect(),
    );
  }

  show(points: Points, now: number): void {
    this.#shown = { points, now };
    const { times, rows } = withGaps(points, this.#curves);
    const known = now - (points.times[0] ?? now);
    this.#window = windows.find(({ span }) => known <= span) ?? hour;
    this.#plot.batch(() => {
      this.#plot.setData([times, ...rows], false);
      this.#plot.setScale('x', { min: (now - this.#window.span) / 1000, max: now / 1000 });
      this.#plot.setScale('y', { min: 0, max: roundedUp(highest(rows)) });
    });
  }

  /** Of the lines that part the window, seconds since 1970. */
  #times(from: number, until: number): number[] {
    const { step } = this.#window;
    const count = Math.floor((until - from) / (step / 1000) - 0.01);
    return Array.from({ length: count }, (_, at) => until - ((count - at) * step) / 1000);
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#plot.destroy();
  }

  #make(): Plot {
    const style = getComputedStyle(this.#element);
    const token = (name: string): string => style.getPropertyValue(name).trim();
    const ink = token('--ink-3');
    const font = `10px ${style.fontFamily}`;
    const grid = { stroke: token('--line'), width: 1 };
    return new Plot(
      {
        width: Math.max(1, this.#element.clientWidth),
        height,
        padding: [8, 0, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { time: true, auto: false }, y: { auto: false } },
        axes: [
          {
            stroke: ink,
            font,
            size: 16,
            gap: 3,
            grid,
            ticks: { show: false },
            splits: (_plot, _axis, from, until) => this.#times(from, until),
            values: (plot, splits) => splits.map((at) => agoWords((plot.scales['x']?.max ?? at) - at)),
          },
          {
            stroke: ink,
            font,
            size: 56,
            gap: 6,
            grid,
            ticks: { show: false },
            splits: (_plot, _axis, _from, most) => [0, most / 2, most],
            // Nought is where the line is.
            values: (_plot, splits) => splits.map((value, at) => (at === 2 ? this.#say(value) : '')),
          },
        ],
        series: [
          {},
          ...this.#curves.map((curve) => ({
            stroke: token(curve.token),
            ...(this.#curves.length === 1 ? { fill: token(`${curve.token}-soft`) } : {}),
            width: 1.5,
            points: { show: false },
            spanGaps: false,
          })),
        ],
      },
      [[], ...this.#curves.map(() => [])],
      this.#element,
    );
  }
}

/** Times in seconds; where nobody looked a point without values. */
function withGaps({ times, values }: Points, curves: readonly Curve[]): { times: number[]; rows: (number | null)[][] } {
  const told: number[] = [];
  const rows = curves.map((): (number | null)[] => []);
  const columns = curves.map(({ name }) => values.get(name));
  for (const [place, at] of times.entries()) {
    const before = times[place - 1];
    if (before !== undefined && at - before > gapMs) {
      told.push((before + 1) / 1000);
      for (const row of rows) row.push(null);
    }
    told.push(at / 1000);
    for (const [index, row] of rows.entries()) {
      const value = columns[index]?.[place] ?? Number.NaN;
      row.push(Number.isNaN(value) ? null : value);
    }
  }
  return { times: told, rows };
}

/** `−15 min` */
const agoWords = (seconds: number): string =>
  seconds < 59 ? `−${Math.round(seconds)} s` : `−${Math.round(seconds / 60)} min`;

function highest(rows: readonly (readonly (number | null)[])[]): number {
  let most = 0;
  for (const row of rows) for (const value of row) if (value !== null && value > most) most = value;
  return most;
}

/** The next of 1, 2 and 5, or such times a power of ten, with a little room above: the scale then seldom changes. */
function roundedUp(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most * 1.05));
  return power * ([1, 2, 5, 10].find((step) => power * step >= most * 1.05) ?? 10);
}
