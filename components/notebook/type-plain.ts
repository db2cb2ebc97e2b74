import type * as Y from 'yjs';
import { smallestEdit } from './text-edits.ts';
import { undoOf } from './typing-undo.ts';

/** Origin of what was typed into a plain field. */
export const typedPlain = Symbol('typed into a plain field');

/** Makes the text what a plain field holds, by the smallest edit; undone like anything typed here. */
export function typePlain(text: Y.Text, value: string): void {
  const edit = smallestEdit(text.toString(), value);
  if (edit === null) return;
  undoOf(text).addTrackedOrigin(typedPlain);
  text.doc?.transact(() => {
    if (edit.length > 0) text.delete(edit.offset, edit.length);
    if (edit.text !== '') text.insert(edit.offset, edit.text);
  }, typedPlain);
}
