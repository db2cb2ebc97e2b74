'use client';

import { memo, useMemo, useState, type ReactNode } from 'react';
import { assertNever } from '#lib/core/fault.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { readLost, readMarker } from '#lib/core/notebook/marker.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { renderOutput, type RenderedOutput } from '#lib/core/render/output.ts';
import { countLines } from '#lib/core/render/stream-text.ts';
import { isTallerThan } from '#lib/core/render/text-blocks.ts';
import { CopyButton } from './copy-button.tsx';
import { LongBox, tallLines } from './long-box.tsx';
import { MarkerView } from './marker-view.tsx';
import { placeholderHeight } from './outputs-height.ts';
import styles from './output.module.css';
import { SafeHtml } from './safe-html.tsx';
import { StreamView } from './stream-view.tsx';
import { useTypesetter, useWaitingMath } from './use-typesetter.ts';

type OutputViewProps = {
  readonly output: Output;
  /** Its place among the outputs of the cell. */
  readonly place: number;
  readonly attachments?: JsonObject | undefined;
  readonly resolveUrl?: ((path: string) => string | null) | undefined;
};

/** One output. Rendered again only when the output object is another one. */
export const OutputView = memo(function OutputView({ output, place, attachments, resolveUrl }: OutputViewProps) {
  switch (output.output_type) {
    case 'stream':
      return <StreamView output={output} place={place} />;
    case 'withheld': {
      const height = Math.round(placeholderHeight(output));
      return <div className={styles.output} data-output="withheld" aria-busy style={{ minHeight: height }} />;
    }
    default: {
      const marker = readMarker(output);
      if (marker !== null) return <MarkerView marker={marker} />;
      return (
        <>
          {readLost(output).map((lost, index) => (
            <MarkerView key={index} marker={lost} />
          ))}
          <BundleView output={output} attachments={attachments} resolveUrl={resolveUrl} />
        </>
      );
    }
  }
});

function BundleView({ output, attachments, resolveUrl }: Omit<OutputViewProps, 'place'>) {
  const [expanded, setExpanded] = useState(false);
  const typesetter = useTypesetter();
  const rendered = useMemo(
    () => renderOutput(output, { expanded, attachments, resolveUrl }),
    // oxlint-disable-next-line react/exhaustive-deps -- the renderer asks for the typesetter by itself
    [output, expanded, attachments, resolveUrl, typesetter],
  );
  useWaitingMath(rendered?.kind === 'html' ? rendered.html : '');
  if (rendered === null) return null;
  return <RenderedView rendered={rendered} expanded={expanded} onToggle={() => setExpanded(!expanded)} />;
}

export type RenderedViewProps = {
  readonly rendered: RenderedOutput;
  readonly expanded: boolean;
  readonly onToggle: () => void;
};

/** What was made of an output, shown. */
export function RenderedView({ rendered, expanded, onToggle }: RenderedViewProps) {
  const long = (text: string, label: string, children: ReactNode) => {
    if (!isTallerThan(text, tallLines)) return children;
    return (
      <LongBox
        label={label}
        lines={countLines(text)}
        characters={text.length}
        open={expanded}
        onToggle={onToggle}
        follow={text}
      >
        {children}
      </LongBox>
    );
  };
  switch (rendered.kind) {
    case 'stream':
      // Streams have a view of their own, which grows with them.
      return null;
    case 'error':
      return (
        <div className={styles.error} data-output="error" role="group" aria-label={`Error: ${rendered.ename}`}>
          {long(rendered.text, 'Traceback', <SafeHtml as="pre" html={rendered.html} className="output-text" />)}
          <CopyButton text={() => rendered.text} label="Copy the traceback" />
        </div>
      );
    case 'image':
      return (
        <div className={styles.output} data-output="image" data-mime={rendered.mime}>
          <img
            className={styles.image}
            data-background={rendered.needsBackground}
            src={rendered.url}
            alt={rendered.alt}
            width={rendered.width}
            height={rendered.height}
            decoding="async"
          />
        </div>
      );
    case 'html': {
      const isText = rendered.className === 'output-text';
      const body = <SafeHtml as={isText ? 'pre' : 'div'} html={rendered.html} className={rendered.className} />;
      return (
        <div className={styles.output} data-output="html" data-mime={rendered.mime}>
          {isText && rendered.text !== undefined ? long(rendered.text, 'Result', body) : <Scroller>{body}</Scroller>}
          {isText && rendered.text !== undefined && (
            <CopyButton text={() => rendered.text ?? ''} label="Copy the text" />
          )}
        </div>
      );
    }
    case 'frame':
      return (
        <div className={styles.output} data-output="frame" data-mime={rendered.mime}>
          <p className={styles.note}>{rendered.reason}</p>
          {rendered.fallback !== null && (
            <RenderedView rendered={rendered.fallback} expanded={expanded} onToggle={onToggle} />
          )}
        </div>
      );
    default:
      return assertNever(rendered);
  }
}

/** Wide tables and formulas scroll inside their own box. */
function Scroller({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.wide} role="group" aria-label="Result" tabIndex={0}>
      {children}
    </div>
  );
}
