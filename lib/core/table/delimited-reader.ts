/**
 * Rows of a delimited text (RFC 4180: quoted fields may hold the delimiter, line ends and doubled quotes), from chunks
 * that may end anywhere. Lenient where files are: a quote inside an unquoted field is text, rows may differ in length.
 */
export class DelimitedReader {
  readonly #delimiter: string;
  #state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  #field = '';
  #row: string[] = [];
  /** The chunk before ended in a CR, whose LF may come first in this one. */
  #afterReturn = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** The rows that this chunk completes. */
  push(chunk: string): string[][] {
    const rows: string[][] = [];
    let at = 0;
    while (at < chunk.length) {
      const char = chunk[at] ?? '';
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (char === '\n') {
          at += 1;
          continue;
        }
      }
      if (this.#state === 'quoted') {
        const close = chunk.indexOf('"', at);
        this.#field += close === -1 ? chunk.slice(at) : chunk.slice(at, close);
        if (close !== -1) this.#state = 'quote';
        at = close === -1 ? chunk.length : close + 1;
        continue;
      }
      at += 1;
      if (this.#state === 'quote' && char === '"') {
        this.#field += '"';
        this.#state = 'quoted';
      } else if (this.#state === 'start' && char === '"') this.#state = 'quoted';
      else if (char === this.#delimiter) this.#endField();
      else if (char === '\n' || char === '\r') {
        this.#afterReturn = char === '\r';
        rows.push(this.#endRow());
      } else {
        const end = this.#plainEnd(chunk, at);
        this.#field += char + chunk.slice(at, end);
        this.#state = 'plain';
        at = end;
      }
    }
    return rows;
  }

  /** The last row, when the text does not end in a line end. */
  end(): string[][] {
    return this.#row.length === 0 && this.#state === 'start' ? [] : [this.#endRow()];
  }

  /** Where the run of ordinary characters from `at` ends: most of a file is read here. */
  #plainEnd(chunk: string, at: number): number {
    let end = at;
    while (end < chunk.length) {
      const char = chunk[end];
      if (char === this.#delimiter || char === '\n' || char === '\r') break;
      end += 1;
    }
    return end;
  }

  #endField(): void {
    this.#row.push(this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  #endRow(): string[] {
    this.#endField();
    const row = this.#row;
    this.#row = [];
    return row;
  }
}

const delimiters = [',', '\t', ';', '|'] as const;

/** The delimiter that gives the beginning of a text the same number of fields, more than one, in most rows. */
export function findDelimiter(beginning: string): string {
  let best: string = ',';
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const rows = new DelimitedReader(delimiter).push(beginning).slice(0, 50);
    const widths = rows.map((row) => row.length);
    const first = widths[0] ?? 1;
    const score = first < 2 ? 0 : widths.filter((width) => width === first).length / widths.length + first / 1000;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}
