'use client';
import { X } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { DocumentState } from '#lib/protocol/document-state.ts';
import styles from './notebook-banners.module.css';

export type NotebookBannersProps = {
  readonly readOnly: string | null;
  readonly missing: boolean;
  readonly notices: DocumentState['notices'];
  readonly onDismiss: (id: string) => void;
  readonly onSaveAgain: () => void;
  readonly onClose: (() => void) | undefined;
};

/** What has to be known about the document before reading it; nothing at all on a good day. */
export function NotebookBanners(props: NotebookBannersProps) {
  const { readOnly, missing, notices, onDismiss, onSaveAgain, onClose } = props;
  if (readOnly === null && !missing && notices.length === 0) return null;
  return (
    <div className={styles.banners}>
      {readOnly === null ? null : (
        <Notice kind="info" hint="You can read and copy everything.">
          This notebook cannot be edited: {readOnly}
        </Notice>
      )}
      {missing ? (
        <Notice
          kind="warning"
          hint="Nothing is written until you decide. What you see is what was open."
          actions={
            <>
              <Button onClick={onSaveAgain}>Save it again</Button>
              {onClose === undefined ? null : <Button onClick={onClose}>Close</Button>}
            </>
          }
        >
          The file was deleted or renamed outside of Farfield.
        </Notice>
      ) : null}
      {notices.map((notice) => (
        <Notice
          key={notice.id}
          kind={notice.kind}
          actions={
            <IconButton icon={X} size="small" label="Dismiss this notice" onClick={() => onDismiss(notice.id)} />
          }
        >
          {notice.text}
        </Notice>
      ))}
    </div>
  );
}
