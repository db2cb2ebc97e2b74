import { readFileBytes } from '#lib/client/file-bytes.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { DelimitedReader, findDelimiter } from '#lib/core/table/delimited-reader.ts';

/** Rows kept at most, and characters of them. */
export const mostRows = 100_000;
const mostCharacters = 60_000_000;
/** Bytes of one request. */
const part = 512 * 1024;

export type TableState = {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** More of the file is being read, all of it was, or as much as is shown. */
  readonly progress: 'reading' | 'whole' | 'cut';
  /** Bytes read. */
  readonly read: number;
  readonly fault: Fault | null;
};

/** A delimited file, read part by part until its end or until enough is here; the page can paint between two parts. */
export class TableSource {
  readonly #path: string;
  readonly #listeners = new Set<() => void>();
  #state: TableState = { header: [], rows: [], progress: 'reading', read: 0, fault: null };
  #stopped = false;

  constructor(path: string) {
    this.#path = path;
  }

  readonly getSnapshot = (): TableState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  async run(): Promise<void> {
    this.#stopped = false;
    const decoder = new TextDecoder();
    const rows: string[][] = [];
    let reader: DelimitedReader | null = null;
    let characters = 0;
    for (let at = 0; ; at += part) {
      const answer = await readFileBytes(this.#path, { from: at, to: at + part });
      if (this.#stopped) return;
      if (isFault(answer)) return this.#change({ fault: answer });
      const last = at + answer.bytes.length >= answer.size || answer.bytes.length === 0;
      const text = decoder.decode(answer.bytes, { stream: !last });
      reader ??= new DelimitedReader(this.#path.toLowerCase().endsWith('.csv') ? findDelimiter(text) : findTabs(text));
      for (const row of reader.push(text)) rows.push(row);
      if (last) rows.push(...reader.end());
      characters += text.length;
      const cut = rows.length > mostRows + 1 || characters > mostCharacters;
      this.#change({
        header: rows[0] ?? [],
        rows: rows.slice(1, mostRows + 1),
        read: at + answer.bytes.length,
        progress: cut && !(last && rows.length <= mostRows + 1) ? 'cut' : last ? 'whole' : 'reading',
      });
      if (last || cut) return;
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  #change(part: Partial<TableState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}

const findTabs = (text: string) => (text.includes('\t') ? '\t' : findDelimiter(text));
