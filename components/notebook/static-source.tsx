'use client';
import { memo, type ReactNode, useEffect, useMemo, useState } from 'react';
import { boundSource } from './bound-source.ts';
import { colorize, colorizedNow } from './colorize.ts';
import { numberColumn } from './editor-metrics.ts';
import styles from './static-source.module.css';

export type StaticSourceProps = {
  readonly source: string;
  readonly language: string;
  readonly wrap?: boolean;
  readonly numbered?: boolean;
};

/**
 * A cell's text while nobody edits it here: plain at once, coloured when its turn comes. Takes exactly the room that the
 * editor takes with the same text.
 */
export const StaticSource = memo(function StaticSource({
  source,
  language,
  wrap = false,
  numbered = false,
}: StaticSourceProps) {
  const { text: shown, cut } = useMemo(() => boundSource(source), [source]);
  const html = useColorized(shown, cut === null ? language : 'plaintext');
  const className = `${styles.source} ${wrap ? styles.wrap : ''} ${shown.endsWith('\n') ? styles.openEnd : ''}`;
  const body = text(html, className, shown);
  return (
    <>
      {numbered && !wrap ? <Numbered source={shown}>{body}</Numbered> : body}
      {cut === null ? null : <p className={styles.cut}>{cut}</p>}
    </>
  );
});

function text(html: string | null, className: string, source: string) {
  if (html !== null)
    // oxlint-disable-next-line react/no-danger -- the editor's tokenizer made it: spans around escaped text
    return <div data-source-text className={className} dangerouslySetInnerHTML={{ __html: html }} />;
  return (
    <div data-source-text className={className}>
      {source}
    </div>
  );
}

type NumberedProps = { readonly source: string; readonly children: ReactNode };

/** Line numbers stand in one element and are no text of the page: nobody copies them along. */
function Numbered({ source, children }: NumberedProps) {
  const count = source.split('\n').length;
  const numbers = Array.from({ length: count }, (_, line) => line + 1).join('\n');
  return (
    <div className={styles.numbered}>
      <div className={styles.numbers} aria-hidden data-numbers={numbers} style={{ width: numberColumn(count) }} />
      {children}
    </div>
  );
}

function useColorized(source: string, language: string): string | null {
  const [coloured, setColoured] = useState<{
    readonly source: string;
    readonly language: string;
    readonly html: string | null;
  } | null>(null);
  useEffect(() => {
    let wanted = true;
    void colorize(language, source).then((html) => {
      if (wanted && html !== null) setColoured({ source, language, html });
    });
    return () => {
      wanted = false;
    };
  }, [source, language]);
  if (coloured !== null && coloured.source === source && coloured.language === language) return coloured.html;
  return colorizedNow(language, source);
}
