import * as Y from 'yjs';

/** Texts of one document whose typing can be undone; the one used longest ago goes first. More than editors keep models. */
const keptTexts = 40;

const kept = new WeakMap<Y.Doc, Map<Y.Text, Y.UndoManager>>();

/**
 * The undo of what was typed here into one text: one for all editors of it, so that what was typed before the real one
 * came is taken back as well. An editor makes its origin known with `addTrackedOrigin`; what others type is never in it.
 */
export function undoOf(text: Y.Text): Y.UndoManager {
  const { doc } = text;
  // A text that is in no document yet, or no more, is nobody's to share.
  if (doc === null) return new Y.UndoManager(text, { trackedOrigins: new Set() });
  const texts = kept.get(doc) ?? new Map<Y.Text, Y.UndoManager>();
  kept.set(doc, texts);
  const undo = texts.get(text) ?? new Y.UndoManager(text, { trackedOrigins: new Set() });
  texts.delete(text);
  texts.set(text, undo);
  for (const [oldest, old] of texts) {
    if (texts.size <= keptTexts) break;
    texts.delete(oldest);
    old.destroy();
  }
  return undo;
}
