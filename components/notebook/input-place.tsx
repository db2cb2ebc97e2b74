'use client';
import { useState } from 'react';
import type { PendingInput, Run } from '#lib/core/session/state.ts';
import { InputRow } from './input-row.tsx';

type Question = { readonly run: Run; readonly input: PendingInput };

/**
 * Where a cell asks. A question whose field somebody types in stays until they leave it, also when it is no longer open:
 * without its field, the rest of what they type would be commands of the notebook.
 */
export function InputPlace({ run }: { readonly run: Run | null }) {
  const [held, setHeld] = useState<Question | null>(null);
  const open: Question | null = run?.input == null ? null : { run, input: run.input };
  const isOver = held !== null && held.input.id !== open?.input.id;
  const rows = [...(isOver ? [held] : []), ...(open === null ? [] : [open])];
  // In one list: the field stays the same element when its question is over.
  return rows.map((question) => (
    <InputRow
      key={question.input.id}
      run={question.run}
      input={question.input}
      isOver={question !== open}
      onFocus={() => setHeld(question)}
      onLeave={() => setHeld((now) => (now?.input.id === question.input.id ? null : now))}
    />
  ));
}
