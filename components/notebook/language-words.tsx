'use client';
import { useSyncExternalStore } from 'react';
import { SlotFill } from '#components/ui/slot.tsx';
import { useCell, useCellSource } from '#lib/client/document/use-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import { cellLanguage, languageName, sourceLanguage } from './cell-language.ts';
import { useLiveEditor, useNotebook } from './notebook-context.ts';

export type LanguageWordsProps = {
  /** Of the notebook's code cells. */
  readonly language: string;
};

/** The language of the active cell, in the status bar. */
export function LanguageWords({ language }: LanguageWordsProps) {
  const { selection } = useNotebook();
  const active = useSyncExternalStore(
    selection.subscribe,
    () => selection.get().active,
    () => null,
  );
  return active === null ? null : <Words id={active} language={language} />;
}

const nowhere = () => () => undefined;

function Words({ id, language }: LanguageWordsProps & { readonly id: CellId }) {
  const { document } = useNotebook();
  const cell = useCell(document, id);
  const live = useLiveEditor();
  // The editor knows it without reading the text again at every key.
  const edited = useSyncExternalStore(
    live?.onCaret ?? nowhere,
    () => (live?.shows(id) === true ? live.language() : null),
    () => null,
  );
  if (cell === undefined) return null;
  return (
    <SlotFill name="status.language">
      <span data-cell-language>
        {edited === null ? (
          <Still id={id} type={cell.type} language={cellLanguage(cell, language)} />
        ) : (
          languageName(edited)
        )}
      </span>
    </SlotFill>
  );
}

type StillProps = {
  readonly id: CellId;
  readonly type: Parameters<typeof sourceLanguage>[0];
  readonly language: string;
};

function Still({ id, type, language }: StillProps) {
  const { document } = useNotebook();
  const source = useCellSource(document, id);
  return languageName(sourceLanguage(type, source, language));
}
