'use client';
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { CellId } from '#lib/core/ids.ts';
import type { CellType } from '#lib/core/notebook/model.ts';
import { useCellSource } from '#lib/client/document/use-document.ts';
import styles from './cell-editor.module.css';
import { sourceLanguage } from './cell-language.ts';
import { useLineNumbers } from './line-numbers.ts';
import type { CaretOffset, NotebookMode } from './selection.ts';
import type { NotebookEditor, ShowOptions } from './notebook-editor.ts';
import { useLiveEditor, useNotebook } from './notebook-context.ts';
import { PlainEditor } from './plain-editor.tsx';
import { StaticSource } from './static-source.tsx';

export type CellEditorProps = {
  readonly id: CellId;
  readonly type: CellType;
  /** Of the cell, as far as its text says no other. */
  readonly language: string;
  readonly mode: NotebookMode | null;
  readonly readOnly: boolean;
  /** Spoken name. */
  readonly label: string;
};

/** The text of a cell: the live editor where the person types, still text everywhere else. */
export function CellEditor({ id, type, language, mode, readOnly, label }: CellEditorProps) {
  const { selection } = useNotebook();
  const editing = mode === 'edit' && type !== 'unknown';
  const begin = (event: React.MouseEvent) => {
    if (editing || type === 'unknown' || event.shiftKey || event.ctrlKey || event.metaKey) return;
    // Text that was just selected to be copied must not go away.
    if (window.getSelection()?.isCollapsed === false) return;
    selection.set({ active: id, mode: 'edit', at: { x: event.clientX, y: event.clientY }, follow: true });
  };
  return (
    <div data-cell-editor className={`${styles.editor} ${editing ? styles.editing : ''}`} onClick={begin}>
      {editing ? (
        <Editing id={id} type={type} language={language} readOnly={readOnly} label={label} />
      ) : (
        <Still id={id} type={type} language={language} />
      )}
    </div>
  );
}

function Still({ id, type, language }: Pick<CellEditorProps, 'id' | 'type' | 'language'>) {
  const { document } = useNotebook();
  const source = useCellSource(document, id);
  const numbered = useLineNumbers();
  return (
    <StaticSource
      source={source}
      language={sourceLanguage(type, source, language)}
      wrap={type !== 'code'}
      numbered={numbered}
    />
  );
}

function Editing({ id, type, language, readOnly, label }: Omit<CellEditorProps, 'mode'>) {
  const { document, selection, cells } = useNotebook();
  // A word that is being composed ends in the field where it began.
  const [composing, setComposing] = useState(false);
  const loaded = useLiveEditor();
  const live = composing ? null : loaded;
  const slot = useRef<HTMLDivElement>(null);
  /** Where the plain editor's caret was when the live one came, or what was selected in it. */
  const caret = useRef<CaretOffset | null>(null);
  const text = document.text(id);
  const wrap = type !== 'code';

  const looks = (): ShowOptions => ({
    languageOf: (head) => sourceLanguage(type, head, language),
    wrap,
    readOnly,
    label,
  });
  const begin = useEffectEvent((editor: NotebookEditor, place: HTMLElement): boolean => {
    if (!editor.show(id, place, looks())) return false;
    editor.focus();
    const { at } = selection.get();
    if (caret.current !== null) editor.placeCaretAtOffset(caret.current);
    else if (at === 'start' || at === 'end') editor.placeCaret(at);
    else if (at !== null && 'offset' in at) editor.placeCaretAtOffset(at);
    else if (at !== null) editor.placeCaretAt(at.x, at.y);
    caret.current = null;
    return true;
  });
  useLayoutEffect(() => {
    const place = slot.current;
    if (live === null || place === null || !begin(live, place)) return;
    return () => live.hide(place);
  }, [live, id]);
  // Cells that come and go above change the number in the label: whoever types here goes on where they were.
  const describe = useEffectEvent((editor: NotebookEditor) => editor.describe(id, looks()));
  useLayoutEffect(() => {
    if (live !== null) describe(live);
  }, [live, id, type, language, readOnly, label]);
  const numbered = useLineNumbers();
  useLayoutEffect(() => live?.setNumbered(numbered), [live, numbered, id]);
  useEffect(() => {
    let line = live?.caret()?.line;
    return live?.onCaret(() => {
      const now = live.caret()?.line;
      // Asks the page for positions only where it has to: this runs at every key.
      if (now === line && cells.sees(id)) return;
      line = now;
      const band = live.caretBand();
      if (band !== null) cells.revealBand(band.top, band.bottom);
    });
  }, [live, cells, id]);

  if (live === null && text !== undefined) {
    const keep = (place: CaretOffset) => {
      caret.current = place;
    };
    return (
      <PlainEditor
        text={text}
        label={label}
        readOnly={readOnly}
        wrap={wrap}
        goal={selection.get().at}
        onCaret={keep}
        onComposing={setComposing}
      />
    );
  }
  return <div ref={slot} className={styles.slot} />;
}
