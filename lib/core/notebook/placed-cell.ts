import type { Member, Range } from './json-ranges.ts';
import type { CellLayout } from './layout.ts';

/** A cell that stands elsewhere in the text than where it was read: its members are moved when somebody asks. */
class PlacedCell implements CellLayout {
  readonly range: Range;
  readonly fileId: string | null;
  readonly #read: readonly Member[];
  readonly #shift: number;

  constructor(range: Range, fileId: string | null, read: readonly Member[], shift: number) {
    this.range = range;
    this.fileId = fileId;
    this.#read = read;
    this.#shift = shift;
  }

  get members(): readonly Member[] {
    return this.#read.map((member) => shiftMember(member, this.#shift));
  }

  shifted(by: number): PlacedCell {
    return new PlacedCell(shiftRange(this.range, by), this.fileId, this.#read, this.#shift + by);
  }
}

/** The cell as it stands `by` characters further on. */
export function shiftCell(cell: CellLayout, by: number): CellLayout {
  if (by === 0) return cell;
  if (cell instanceof PlacedCell) return cell.shifted(by);
  return new PlacedCell(shiftRange(cell.range, by), cell.fileId, cell.members, by);
}

export function shiftMember({ key, keyStart, keyEnd, value }: Member, by: number): Member {
  return { key, keyStart: keyStart + by, keyEnd: keyEnd + by, value: shiftRange(value, by) };
}

export function shiftRange({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}
