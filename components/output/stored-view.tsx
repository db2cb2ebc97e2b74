'use client';

import type { ReactNode } from 'react';
import type { StoredText, StreamOutput } from '#lib/core/notebook/output.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import styles from './output.module.css';
import { DownloadLink } from './whole-text-dialog.tsx';
import { useOutputsPlace, wholeText } from './whole-text-store.ts';

type StoredViewProps = {
  readonly output: StreamOutput & { readonly stored: StoredText };
  readonly name: 'stdout' | 'stderr';
  /** Its place among the outputs of the cell. */
  readonly place: number;
  /** What comes before and after what is stored. */
  readonly head: ReactNode;
  readonly tail: ReactNode;
};

/** A text whose middle is kept on the server: its beginning, how much is between, its end. */
export function StoredView({ output, name, place, head, tail }: StoredViewProps) {
  const cell = useOutputsPlace();
  const { lines, bytes } = output.stored;
  const between = lines === 0 ? sayBytes(bytes) : `${lines.toLocaleString('en')} lines (${sayBytes(bytes)})`;
  const open = (search: boolean) => () =>
    cell === null ? undefined : wholeText.open({ ...cell, output: place, search });
  return (
    <div className={styles.output} data-output="stream" data-name={name} data-lines={output.lines}>
      <pre className="output-text">{head}</pre>
      <div className={styles.between} role="group" aria-label="Text between">
        <p>{`… ${between} between, kept on the server`}</p>
        {cell === null ? null : (
          <>
            <button type="button" className={styles.more} onClick={open(false)}>
              Show all
            </button>
            <button type="button" className={styles.more} onClick={open(true)}>
              Search
            </button>
            <DownloadLink place={{ ...cell, output: place }}>Download</DownloadLink>
          </>
        )}
      </div>
      {tail}
    </div>
  );
}
