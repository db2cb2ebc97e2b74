'use client';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { Run, PendingInput } from '#lib/core/session/state.ts';
import { longestAnswer } from '#lib/protocol/input-answer.ts';
import styles from './input-row.module.css';
import { useNotebook } from './notebook-context.ts';

export type InputRowProps = { readonly run: Run; readonly input: PendingInput };

/**
 * The question of a running cell, and a field to answer it. Takes the focus when this page asked for the run and its
 * person types nowhere else.
 */
export function InputRow({ run, input }: InputRowProps) {
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
    if (sent && hadFocus) selection.set({ mode: 'command', follow: true });
  };
  return (
    <form
      className={styles.row}
      data-own-keys
      data-input-id={input.id}
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending) void send();
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
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" disabled={sending}>
        Send
      </Button>
    </form>
  );
}

/** Whether the focus is on a cell as a whole or on nothing: keys of a person who reads, not of one who writes. */
function typesNowhere(mode: 'command' | 'edit'): boolean {
  const focused = document.activeElement;
  return mode === 'command' && (focused === null || focused === document.body || focused.matches('[data-cell-id]'));
}
