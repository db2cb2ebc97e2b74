export type TableRow = {
  readonly fault: string;
  readonly how: string;
  readonly lines: {
    readonly expected: number;
    readonly received: number;
    readonly marked: number;
    readonly unknown: number;
    readonly doubled: number;
    readonly misplaced: number;
  } | null;
  readonly edits: { readonly acknowledged: number; readonly lost: number } | null;
  readonly note: string;
  readonly result: string;
  readonly seconds: number;
};
export function readRows(folder: string): TableRow[];
export function tableOf(rows: readonly TableRow[]): string;
export function writeTable(path: string, rows: readonly TableRow[], machine: string): void;
