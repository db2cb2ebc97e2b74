'use client';
import { useLayoutEffect, useRef } from 'react';
import type * as Y from 'yjs';
import styles from './plain-editor.module.css';
import type { TextEdit } from './text-edits.ts';
import { undoOf } from './typing-undo.ts';
import { editsOfDelta, offsetAfter, smallestEdit, withLineFeeds } from './text-edits.ts';

export type PlainEditorProps = {
  readonly text: Y.Text;
  readonly label: string;
  readonly readOnly: boolean;
  readonly wrap: boolean;
  /** Where the caret goes first: UTF-16 offset. */
  readonly caret: number;
  /** Told when the editor goes: where the caret was, so that the next one can go on there. */
  readonly onCaret: (offset: number) => void;
};

/** The editor of the first moment, until the real one is loaded: nobody waits to type, and no key is lost. */
export function PlainEditor({ text, label, readOnly, wrap, caret, onCaret }: PlainEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const origin = useRef({});

  useLayoutEffect(() => {
    const field = area.current;
    if (field === null) return;
    field.value = text.toString();
    fit(field);
    field.focus({ preventScroll: true });
    field.setSelectionRange(caret, caret);
    const mine = origin.current;
    const receive = (event: Y.YTextEvent, transaction: Y.Transaction) => {
      if (transaction.origin !== mine) write(field, text, editsOfDelta(event.delta));
    };
    const undo = undoOf(text);
    undo.addTrackedOrigin(mine);
    text.observe(receive);
    return () => {
      text.unobserve(receive);
      undo.removeTrackedOrigin(mine);
      onCaret(field.selectionStart);
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the caret counts only at the beginning
  }, [text]);

  const send = () => {
    const field = area.current;
    if (field === null) return;
    fit(field);
    const edit = smallestEdit(text.toString(), withLineFeeds(field.value));
    if (edit === null) return;
    text.doc?.transact(() => {
      if (edit.length > 0) text.delete(edit.offset, edit.length);
      if (edit.text !== '') text.insert(edit.offset, edit.text);
    }, origin.current);
  };

  return (
    <textarea
      ref={area}
      className={`${styles.plain} ${wrap ? '' : styles.noWrap}`}
      aria-label={label}
      readOnly={readOnly}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      onInput={send}
    />
  );
}

function write(field: HTMLTextAreaElement, text: Y.Text, edits: readonly TextEdit[]): void {
  const { selectionStart, selectionEnd } = field;
  field.value = text.toString();
  field.setSelectionRange(offsetAfter(edits, selectionStart), offsetAfter(edits, selectionEnd));
  fit(field);
}

function fit(field: HTMLTextAreaElement): void {
  field.style.height = '0';
  field.style.height = `${Math.max(36, field.scrollHeight)}px`;
}
