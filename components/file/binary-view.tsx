'use client';
import { FileQuestion } from 'lucide-react';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { FileHeader } from './file-header.tsx';
import styles from './binary-view.module.css';
import { endingOf } from './open-file.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';

export type BinaryViewProps = {
  readonly path: string;
  readonly size: number;
  readonly head: Uint8Array;
  readonly why: string;
};

/** A file without a view of its own: what it is, how large, its first bytes, and the way to have it. */
export function BinaryView({ path, size, head, why }: BinaryViewProps) {
  const ending = endingOf(path);
  return (
    <>
      <FileHeader
        path={path}
        detail={[ending === '' ? null : ending.toUpperCase(), sayBytes(size)].filter(Boolean).join(' · ')}
      />
      <div className={styles.scroller} tabIndex={0} role="region" aria-label="First bytes">
        <EmptyState icon={FileQuestion} title="There is no view for this file">
          {why} Download it to open it elsewhere.
        </EmptyState>
        <pre className={styles.bytes}>{hexLines(head)}</pre>
      </div>
    </>
  );
}

/** Sixteen bytes a line: offset, hex, and the printable ones as characters. */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = Array.from(bytes.subarray(at, at + 16));
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const shown = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${shown}`);
  }
  return lines.join('\n');
}
