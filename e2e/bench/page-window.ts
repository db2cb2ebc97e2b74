/**
 * Where a product's page keeps what is measured. Runs in the page: each product installs its own on `window.hooks`, and
 * the same measuring code reads all products through it. `cell` answers null for a cell that is not in the DOM.
 */
export type PageHooks = {
  readonly scroller: () => HTMLElement | null;
  readonly cells: () => NodeListOf<HTMLElement>;
  readonly cell: (index: number) => HTMLElement | null;
  readonly active: () => HTMLElement | null;
  /** Same value: same cell. */
  readonly identity: (cell: HTMLElement) => unknown;
  /** Position among the cells that are in the DOM, or in the notebook. */
  readonly order: (cell: HTMLElement) => number;
  /** What the cell shows as its text. */
  readonly source: (cell: HTMLElement) => string;
  /** What is clicked to type. */
  readonly editor: (cell: HTMLElement) => HTMLElement | null;
  /** The complete editor is in the cell, not a forerunner. */
  readonly hasFullEditor: (cell: HTMLElement) => boolean;
  readonly output: (cell: HTMLElement) => string;
  /** Count of the last finished run; null before it and while one runs. */
  readonly count: (cell: HTMLElement) => number | null;
};

/** What one scroll saw. Times in ms. */
export type Scrolled = {
  readonly frames: number;
  readonly lasted: number;
  readonly worstGap: number;
  /** Of `counted` frames: those in which a stretch of the view showed no cell. */
  readonly blank: number;
  readonly counted: number;
  readonly mostElements: number;
};

export type Probe = {
  /** Time (`performance.now()`) after the frame that paints the first state for which `condition` holds. */
  readonly painted: (condition: () => boolean, limitMs?: number) => Promise<number>;
  /** Starts to wait for `condition`. */
  readonly arm: (condition: () => boolean, limitMs?: number) => void;
  /** From the last input event to the paint of what was armed for; Infinity when it did not come. */
  readonly sinceInput: () => Promise<number>;
  /** The same as a point in time. */
  readonly at: () => Promise<number>;
  readonly isDone: () => boolean;
  readonly watchKeys: (index: number) => void;
  /** Ends the watch: key to frame of each key, and how many went elsewhere or never showed. */
  readonly keys: () => { readonly samples: number[]; readonly lost: number };
  readonly scroll: (pxPerSecond: number, forMs: number) => Promise<Scrolled>;
  /** Starts to count how often a cell's output changes between two frames. */
  readonly watchOutput: (index: number) => void;
  /** Ends the watch: changes in all, and the most between two frames. */
  readonly outputChanges: () => { readonly all: number; readonly mostPerFrame: number };
  /** Longest task since `from` (`performance.now()`); those under 50 ms are no long tasks and count as 0. */
  readonly longestTask: (from: number) => number;
};

export type ProbeWindow = { probe: Probe; hooks: PageHooks; firstCell: Promise<number> };
