import type { editor } from 'monaco-editor/editor';
import { listHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import type { Monaco } from '#components/ui/monaco/monaco-setup.ts';

/** Marked characters of one text. */
const mostMarked = 500;
/** Longer texts are not looked through. UTF-16 units */
const longestText = 1_000_000;
/** Pause after the last change, ms: never at a keystroke. */
const quiet = 250;

/** Shows the characters of the live editor's text that nobody would see, each as its code point before its place. */
export function markHiddenCharacters(monaco: Monaco, shown: editor.IStandaloneCodeEditor): Disposable {
  const marks = shown.createDecorationsCollection();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const mark = () => {
    timer = null;
    const model = shown.getModel();
    if (model === null) return;
    const found = model.getValueLength() > longestText ? [] : listHiddenCharacters(model.getValue(), mostMarked);
    if (found.length === 0) return marks.clear();
    marks.set(
      found.map(({ start, end, name }) => ({
        range: monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)),
        options: { before: { content: name, inlineClassName: 'hidden-character' } },
      })),
    );
  };
  const soon = () => {
    timer ??= setTimeout(mark, quiet);
  };
  const listening = [shown.onDidChangeModel(soon), shown.onDidChangeModelContent(soon)];
  return {
    [Symbol.dispose]() {
      if (timer !== null) clearTimeout(timer);
      for (const one of listening) one.dispose();
    },
  };
}
