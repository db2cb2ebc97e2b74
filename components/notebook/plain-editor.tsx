'use client';
import { useLayoutEffect, useRef } from 'react';
import type * as Y from 'yjs';
import styles from './plain-editor.module.css';
import type { CaretGoal, CaretOffset } from './selection.ts';
import { editsOfDelta, offsetAfter, withLineFeeds, type TextEdit } from './text-edits.ts';
import { typedPlain, typePlain } from './type-plain.ts';

export type PlainEditorProps = {
  readonly text: Y.Text;
  readonly label: string;
  readonly readOnly: boolean;
  readonly wrap: boolean;
  /** Where the caret goes first; null for the end. */
  readonly goal: CaretGoal | null;
  /** Told when the editor goes: where the caret was, or what was selected, so that the next one can go on there. */
  readonly onCaret: (place: CaretOffset) => void;
  /** An input method has begun, or ended, to compose a word. */
  readonly onComposing: (composing: boolean) => void;
};

/** The editor of the first moment, until the real one is loaded: nobody waits to type, and no key is lost. */
export function PlainEditor({ text, label, readOnly, wrap, goal, onCaret, onComposing }: PlainEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);

  useLayoutEffect(() => {
    const field = area.current;
    if (field === null) return;
    field.value = text.toString();
    fit(field);
    field.focus({ preventScroll: true });
    const caret = offsetOf(field, goal);
    field.setSelectionRange(
      caret,
      goal !== null && typeof goal === 'object' && 'end' in goal ? (goal.end ?? caret) : caret,
    );
    const receive = (event: Y.YTextEvent, transaction: Y.Transaction) => {
      if (transaction.origin !== typedPlain) write(field, text, editsOfDelta(event.delta));
    };
    text.observe(receive);
    return () => {
      text.unobserve(receive);
      onCaret({ offset: field.selectionStart, end: field.selectionEnd });
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the goal counts only at the beginning
  }, [text]);

  const send = () => {
    const field = area.current;
    if (field === null) return;
    fit(field);
    typePlain(text, withLineFeeds(field.value));
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
      onCompositionStart={() => onComposing(true)}
      onCompositionEnd={() => onComposing(false)}
    />
  );
}

function offsetOf(field: HTMLTextAreaElement, goal: CaretGoal | null): number {
  const end = field.value.length;
  if (goal === null || goal === 'end') return end;
  if (goal === 'start') return 0;
  if ('offset' in goal) return Math.min(goal.offset, end);
  const found = document.caretPositionFromPoint?.(goal.x, goal.y) ?? null;
  return found !== null && found.offsetNode === field ? found.offset : end;
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
