import type { ReactNode } from 'react';
import type { Fault } from '#lib/core/fault.ts';
import { HintText } from './hint-text.tsx';
import { Notice } from './notice.tsx';

export type FaultNoticeProps = {
  readonly fault: Fault;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
};

/** What went wrong, and what to do next. */
export function FaultNotice({ fault: { message, hint }, actions }: FaultNoticeProps) {
  return (
    <Notice kind="error" hint={hint ? <HintText hint={hint} /> : undefined} actions={actions}>
      {message}
    </Notice>
  );
}
