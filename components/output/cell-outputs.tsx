'use client';

import { memo, useState } from 'react';
import type { JsonObject } from '#lib/core/json.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import './output.css';
import styles from './output.module.css';
import { OutputView } from './output-view.tsx';

type CellOutputsProps = {
  readonly outputs: readonly Output[];
  /** Attachments of the cell, for Markdown outputs that name them. */
  readonly attachments?: JsonObject | undefined;
  /** Workspace-relative address → address to load, or null. Keep the function stable between renders. */
  readonly resolveUrl?: ((path: string) => string | null) | undefined;
};

/** Outputs mounted at first, and more per press of the button: bounds the DOM, not the results. */
const step = 50;

/** The outputs of one cell, in order. Pure display. */
export const CellOutputs = memo(function CellOutputs({ outputs, attachments, resolveUrl }: CellOutputsProps) {
  const [limit, setLimit] = useState(step);
  const hidden = outputs.length - limit;
  return (
    <div className={styles.outputs}>
      {outputs.slice(0, limit).map((output, index) => (
        // Outputs have no identity but their place.
        <OutputView key={index} place={index} output={output} attachments={attachments} resolveUrl={resolveUrl} />
      ))}
      {hidden > 0 && (
        <button type="button" className={styles.more} onClick={() => setLimit(limit + step)}>
          {`Show ${Math.min(step, hidden)} more of ${hidden.toLocaleString('en')} outputs`}
        </button>
      )}
    </div>
  );
});
