/**
 * The pure half of the editor binding: edits between a Y.Text and an editor's model, both with UTF-16 offsets and `\n`
 * line ends.
 */

/** Replaces `length` UTF-16 units at `offset` of the text before the edit by `text`. */
export type TextEdit = { readonly offset: number; readonly length: number; readonly text: string };

/** One step of a Yjs delta of a Y.Text. */
export type DeltaStep = {
  readonly retain?: number | undefined;
  readonly insert?: unknown;
  readonly delete?: number | undefined;
};

/** A Y.Text event's delta as edits that all refer to the text before the event, in ascending order. */
export function editsOfDelta(delta: readonly DeltaStep[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  // Position in the text before the event.
  let at = 0;
  for (const step of delta) {
    if (step.retain !== undefined) {
      at += step.retain;
    } else if (step.delete !== undefined) {
      push({ offset: at, length: step.delete, text: '' });
      at += step.delete;
    } else if (typeof step.insert === 'string') {
      push({ offset: at, length: 0, text: step.insert });
    }
  }
  return edits;

  /** An insert beside a delete is one replacement: editors refuse edits that touch the same place twice. */
  function push(edit: TextEdit): void {
    const last = edits.at(-1);
    if (last !== undefined && last.offset + last.length === edit.offset) {
      edits[edits.length - 1] = {
        offset: last.offset,
        length: last.length + edit.length,
        text: last.text + edit.text,
      };
    } else {
      edits.push(edit);
    }
  }
}

/** One change of a model as Monaco reports it. */
export type ModelChange = { readonly rangeOffset: number; readonly rangeLength: number; readonly text: string };

/** A model's changes as edits in an order in which they can be applied one after the other: from the end of the text. */
export function editsOfChanges(changes: readonly ModelChange[]): readonly TextEdit[] {
  return changes
    .map((change) => ({ offset: change.rangeOffset, length: change.rangeLength, text: withLineFeeds(change.text) }))
    .toSorted((one, other) => other.offset - one.offset);
}

/** The smallest single edit that turns `before` into `after`, or null when they are equal. */
export function smallestEdit(before: string, after: string): TextEdit | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end += 1;
  // Never cut a surrogate pair in two.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end -= 1;
  return { offset: start, length: before.length - end - start, text: after.slice(start, after.length - end) };
}

/** Applies edits that all refer to the text before them, in ascending order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.offset) + edit.text;
    at = edit.offset + edit.length;
  }
  return result + text.slice(at);
}

/** Editors know one line end; so does the document. */
export const withLineFeeds = (text: string) => text.replaceAll(/\r\n?/g, '\n');

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * Where a caret at `offset` of the old text is after the edits: it stays before text that is inserted exactly there, and
 * at the end of a replacement around it.
 */
export function offsetAfter(edits: readonly TextEdit[], offset: number): number {
  let moved = 0;
  for (const edit of edits) {
    if (edit.offset >= offset) break;
    if (edit.offset + edit.length > offset) return edit.offset + moved + edit.text.length;
    moved += edit.text.length - edit.length;
  }
  return offset + moved;
}

/** The end of the last edit in the text after all of them. */
export function endOfEdits(edits: readonly TextEdit[]): number {
  const growth = edits.reduce((sum, edit) => sum + edit.text.length - edit.length, 0);
  const last = edits.at(-1);
  return last === undefined ? 0 : last.offset + last.length + growth;
}
