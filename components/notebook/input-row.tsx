'use client';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { Run, PendingInput } from '#lib/core/session/state.ts';
import { longestAnswer } from '#lib/protocol/input-answer.ts';
import styles from './input-row.module.css';
import { useNotebook } from './notebook-context.ts';

export type InputRowProps = {
  readonly run: Run;
  readonly input: PendingInput;
  /** It is answered or withdrawn: what is typed goes nowhere. */
  readonly isOver: boolean;
  readonly onFocus: () => void;
  /** The focus is elsewhere now. */
  readonly onLeave: () => void;
};

/**
 * The question of a running cell, and a field to answer it. Takes the focus when this page asked for the run and its
 * person types nowhere else.
 */
export function InputRow({ run, input, isOver, onFocus, onLeave }: InputRowProps) {
  const { commands, selection } = useNotebook();
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const label = useId();
  const { prompt, password } = input;
  useLayoutEffect(() => {
    if (commands.answering.owns(run) && typesNowhere(selection.get().mode)) field.current?.focus();
  }, [commands, selection, run.id]); // oxlint-disable-line react/exhaustive-deps -- once for each question

  const send = async () => {
    setSending(true);
    const hadFocus = document.activeElement === field.current;
    const sent = await commands.answering.answer(run, input, text);
    setSending(false);
    // Whoever went elsewhere meanwhile, as to the next question, stays there.
    const focused = document.activeElement;
    if (!sent || !hadFocus || (focused !== field.current && focused !== document.body)) return;
    selection.set({ mode: 'command', follow: true });
    onLeave();
  };
  // Of an answer given here the end of the question may come first.
  const isGone = isOver && !sending;
  return (
    <form
      className={styles.row}
      data-own-keys
      data-input-id={input.id}
      data-input-sending={sending || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending && !isOver) void send();
      }}
    >
      <label id={label} className={styles.prompt} htmlFor={`${label}-field`}>
        {prompt.trim() === '' ? (password ? 'Password' : 'Input') : prompt}
      </label>
      <input
        ref={field}
        id={`${label}-field`}
        className={styles.field}
        type={password ? 'password' : 'text'}
        // A password of a kernel is none of the browser's.
        autoComplete={password ? 'new-password' : 'off'}
        data-1p-ignore
        spellCheck={false}
        maxLength={longestAnswer}
        readOnly={sending || isOver}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onFocus={onFocus}
        onBlur={(event) => {
          // In a window that is left the field keeps its focus.
          if (document.activeElement !== event.currentTarget) onLeave();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !isGone) return;
          event.preventDefault();
          selection.set({ mode: 'command', follow: true });
          onLeave();
        }}
      />
      {isGone ? null : (
        <Button type="submit" disabled={sending}>
          Send
        </Button>
      )}
      <span className={styles.over} role="status">
        {isGone ? 'Answered elsewhere, or withdrawn. Escape leaves it.' : ''}
      </span>
    </form>
  );
}

/**
 * Whether the focus is on a cell as a whole or on nothing: keys of a person who reads, not of one who writes. Whoever has
 * just sent an answer goes on to the next question.
 */
function typesNowhere(mode: 'command' | 'edit'): boolean {
  const focused = document.activeElement;
  if (mode !== 'command') return false;
  return focused === null || focused === document.body || focused.matches('[data-cell-id], [data-input-sending] input');
}
