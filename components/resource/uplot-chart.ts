import Plot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Points } from '#lib/core/resource/hour.ts';

export type Curve = {
  /** Of the figure. */
  readonly name: string;
  /** Token of its colour, such as `--accent`. */
  readonly token: string;
};

const hourMs = 3_600_000;
const height = 72;
/** Samples further apart than this are not joined by a line: nobody looked then. ms */
const gapMs = 25_000;

/** Curves of one hour in an element, with the colours of the present theme. The only file that knows uPlot. */
export class UplotChart {
  readonly #element: HTMLElement;
  readonly #curves: readonly Curve[];
  readonly #say: (value: number) => string;
  readonly #stops: (() => void)[] = [];
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
    this.#plot.batch(() => {
      this.#plot.setData([times, ...rows], false);
      this.#plot.setScale('x', { min: (now - hourMs) / 1000, max: now / 1000 });
      this.#plot.setScale('y', { min: 0, max: Math.max(0, ...rows.flat().map((value) => value ?? 0)) * 1.1 || 1 });
    });
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
        padding: [6, 0, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { time: true, auto: false }, y: { auto: false } },
        axes: [
          { show: true, stroke: ink, font, size: 18, gap: 2, grid: { show: false }, ticks: { show: false }, space: 90 },
          {
            stroke: ink,
            font,
            size: 52,
            gap: 4,
            grid,
            ticks: { show: false },
            space: 24,
            values: (_plot, values) => values.map((value) => this.#say(value)),
          },
        ],
        series: [
          {},
          ...this.#curves.map((curve) => ({
            stroke: token(curve.token),
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
