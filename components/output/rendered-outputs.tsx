'use client';
import type { HeadOutput } from '#lib/core/render/rendered-head.ts';
import './output.css';
import styles from './output.module.css';
import { RenderedView } from './output-view.tsx';
import { StreamView } from './stream-view.tsx';

export type RenderedOutputsProps = { readonly outputs: readonly HeadOutput[] };

/** Outputs that were rendered elsewhere; they look as `CellOutputs` shows them. */
export function RenderedOutputs({ outputs }: RenderedOutputsProps) {
  return (
    <div className={styles.outputs}>
      {outputs.map((output, index) =>
        // Outputs have no identity but their place.
        'output_type' in output ? (
          <StreamView key={index} output={output} place={index} />
        ) : (
          <RenderedView key={index} rendered={output} expanded={false} onToggle={doNothing} />
        ),
      )}
    </div>
  );
}

const doNothing = () => undefined;
