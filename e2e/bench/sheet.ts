import { figuresOf, type Figures } from './figures.ts';
import { allRows, type GroupName } from './rows.ts';

export type ProductName = 'Farfield' | 'JupyterLab';
export type Who = ProductName | 'floor';

const known = new Set(allRows.map(({ id }) => id));

/** The figures of one run, as they come in. Written by the groups, read by the report. */
export class Sheet {
  readonly #figures = new Map<string, Figures>();
  /** Share of all cores, 0…1, in use by others in the second before a product's group was measured. */
  readonly disturbance = new Map<string, number>();

  /** Samples of a row, or figures that were computed from other figures. */
  put(row: string, who: Who, measured: readonly number[] | Figures): void {
    if (!known.has(row)) throw new Error(`there is no row ${row}`);
    this.#figures.set(`${row} ${who}`, isSamples(measured) ? figuresOf(measured) : measured);
  }

  get(row: string, who: Who): Figures | undefined {
    return this.#figures.get(`${row} ${who}`);
  }

  disturbed(group: GroupName, who: ProductName, share: number): void {
    this.disturbance.set(`${group} ${who}`, share);
  }
}

const isSamples = (measured: readonly number[] | Figures): measured is readonly number[] => Array.isArray(measured);
