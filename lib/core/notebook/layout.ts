import type { JsonObject } from '#lib/core/json.ts';
import type { Member, Range, TextProblem } from './json-ranges.ts';
import type { NotebookCell } from './model.ts';

/** Where one cell stands in the text. `members` is empty for an element that is no object. */
export type CellLayout = {
  readonly range: Range;
  readonly members: readonly Member[];
  /** The id written in the file, valid or not. */
  readonly fileId: string | null;
};

/** How a file is written. */
export type TextStyle = {
  /** One level of indentation; null when the file is written on one line. */
  readonly indent: string | null;
  readonly eol: '\n' | '\r\n';
  readonly colon: string;
  readonly comma: string;
  /** Keys are in alphabetical order. */
  readonly sorted: boolean;
  /** Everything outside ASCII is escaped. */
  readonly ascii: boolean;
  /** Multi-line fields are lists of lines. */
  readonly lists: boolean;
};

/** What the writer needs to know about the bytes of a file that was read. Opaque to everyone else. */
export type NotebookLayout = {
  readonly root: Range;
  readonly members: readonly Member[];
  /** The array of cells; null in formats 2 and 3, which are rewritten whole. */
  readonly cellsArray: Range | null;
  readonly cells: readonly CellLayout[];
  readonly nonFinite: readonly Range[];
  readonly style: TextStyle;
};

export type NotebookFormat = {
  readonly major: number;
  readonly minor: number;
  /** The older format that was upgraded in memory, such as `3.0`; null when read as it is. */
  readonly upgradedFrom: string | null;
};

/** A notebook as read: its text, where everything in it stands, and what it means. */
export type NotebookFile = {
  readonly kind: 'notebook';
  readonly text: string;
  readonly layout: NotebookLayout;
  readonly format: NotebookFormat;
  readonly metadata: JsonObject;
  readonly cells: readonly NotebookCell[];
  /** Sentences for the reader about what was upgraded, repaired in memory or not understood. */
  readonly notices: readonly string[];
  /** Why this file must not be edited; null when it may be. */
  readonly readonly: string | null;
};

/** A text that is no readable notebook, with the first fault and, where one can be derived, a mended text to offer. */
export type BrokenNotebook = {
  readonly kind: 'broken';
  readonly problem: TextProblem;
  readonly repair: { readonly text: string; readonly description: string } | null;
};

/** What stopped the reading, with the whole cells and members found before it. */
export type ReadingStopped = {
  readonly message: string;
  readonly offset: number;
  readonly members: readonly Member[];
  readonly cells: readonly Range[];
};
