import type { Browser } from '@playwright/test';
import type { FarfieldProduct } from './farfield-product.ts';
import type { Product } from './product.ts';
import type { Sheet } from './sheet.ts';

/** What every group of rows gets: whom to measure with, how often, and where the figures go. */
export type BenchRun = {
  readonly browser: Browser;
  readonly farfield: FarfieldProduct;
  readonly sheet: Sheet;
  /** Repetitions of what is measured a few times: loads, openings, runs of all cells. */
  readonly rounds: number;
};

/** One group of rows. `measure` is called once per product. */
export type Measure = (run: BenchRun, product: Product) => Promise<void>;
