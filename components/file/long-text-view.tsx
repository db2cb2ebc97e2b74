'use client';
import { useEffect, useRef, useState } from 'react';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import { readFileBytes } from '#lib/client/file-bytes.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { FileHeader } from './file-header.tsx';
import styles from './long-text-view.module.css';
import { longestEdited } from './open-file.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import { keepPlace, readPlace } from './view-places.ts';

/** Bytes of one part. */
const part = 128 * 1024;

export type LongTextViewProps = { readonly path: string; readonly size: number };

/** A text too long to be edited: one part of it at a time, read when it is asked for. */
export function LongTextView({ path, size }: LongTextViewProps) {
  const count = Math.max(1, Math.ceil(size / part));
  const [index, setIndex] = useState(() => within(Number(readPlace(path) ?? 0) || 0, count));
  const [shown, setShown] = useState<{ readonly index: number; readonly text: string } | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const box = useRef<HTMLPreElement>(null);

  useEffect(() => {
    let left = false;
    void readFileBytes(path, { from: index * part, to: (index + 1) * part }).then((answer) => {
      if (left) return;
      if (isFault(answer)) return setFault(answer);
      setFault(null);
      setShown({ index, text: new TextDecoder().decode(answer.bytes) });
      keepPlace(path, index);
      if (box.current !== null) box.current.scrollTop = 0;
    });
    return () => {
      left = true;
    };
  }, [path, index]);

  const go = (to: number) => setIndex(within(to, count));
  return (
    <>
      <FileHeader
        path={path}
        detail={`${sayBytes(size)}, read-only`}
        tools={
          <div className={styles.parts} role="group" aria-label="Parts">
            <IconButton icon={ChevronFirst} label="First part" disabled={index === 0} onClick={() => go(0)} />
            <IconButton icon={ChevronLeft} label="Part before" disabled={index === 0} onClick={() => go(index - 1)} />
            <label className={styles.place}>
              Part{' '}
              <input
                type="number"
                min={1}
                max={count}
                value={index + 1}
                onChange={(event) => go(Number(event.target.value) - 1)}
              />{' '}
              of {count}
            </label>
            <IconButton
              icon={ChevronRight}
              label="Next part"
              disabled={index === count - 1}
              onClick={() => go(index + 1)}
            />
            <IconButton
              icon={ChevronLast}
              label="Last part"
              disabled={index === count - 1}
              onClick={() => go(count - 1)}
            />
          </div>
        }
      />
      <div className={styles.note}>
        {fault === null ? (
          <Notice kind="info">
            Texts of more than {longestEdited / 1024 / 1024} MiB are shown in parts and not edited here.
          </Notice>
        ) : (
          <FaultNotice fault={fault} />
        )}
      </div>
      <pre
        ref={box}
        className={styles.text}
        tabIndex={0}
        aria-label="Text"
        aria-busy={shown?.index !== index}
        data-part={shown?.index ?? ''}
      >
        {shown?.text}
      </pre>
    </>
  );
}

const within = (index: number, count: number) => Math.max(0, Math.min(count - 1, Math.floor(index) || 0));
