'use client';
import { useMemo } from 'react';
import { CellOutputs } from '#components/output/cell-outputs.tsx';
import { OutputsPlaceContext } from '#components/output/whole-text-store.ts';
import { MarkdownView } from '#components/output/markdown-view.tsx';
import type { CellFrame } from '#lib/client/document/cell-stores.ts';
import { useCellSource } from '#lib/client/document/use-document.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellId } from '#lib/core/ids.ts';
import { isHidden, isScrolled } from '#lib/core/notebook/hidden-parts.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { Run } from '#lib/core/session/state.ts';
import styles from './cell-body.module.css';
import { CellEditor } from './cell-editor.tsx';
import { cellLanguage } from './cell-language.ts';
import { HiddenOutputs, HiddenSection, HiddenSource } from './hidden-bar.tsx';
import { InputPlace } from './input-place.tsx';
import { useNotebook } from './notebook-context.ts';
import type { NotebookMode } from './selection.ts';
import { ProgressStrip } from './progress-strip.tsx';
import { StaticSource } from './static-source.tsx';

export type CellBodyProps = {
  readonly id: CellId;
  readonly cell: CellFrame;
  readonly index: number;
  readonly language: string;
  readonly mode: NotebookMode | null;
  readonly readOnly: boolean;
  readonly outputs: readonly Output[];
  /** The last run of the cell. */
  readonly run: Run | null;
};

/** What a cell holds, by its type. */
export function CellBody({ id, cell, index, language, mode, readOnly, outputs, run }: CellBodyProps) {
  const { resolveUrl, results, commands } = useNotebook();
  const notebookId = results.notebookId();
  const place = useMemo(() => (notebookId === null ? null : { notebookId, cellId: id }), [notebookId, id]);
  const editor = (label: string) => (
    <CellEditor
      id={id}
      type={cell.type}
      language={cellLanguage(cell, language)}
      mode={mode}
      readOnly={readOnly}
      label={`${label} ${index + 1}`}
    />
  );
  // Whoever edits a cell while somebody else hides its input goes on.
  const hidden = isHidden(cell.metadata, 'source') && mode !== 'edit';
  const boxed = isScrolled(cell.metadata) === true && outputs.length > 0;
  switch (cell.type) {
    case 'code':
      return (
        <>
          {hidden ? <HiddenSource id={id} name="Code" /> : editor('Code of cell')}
          <div
            data-cell-outputs
            className={`${styles.outputs} ${boxed ? styles.scrolled : ''}`}
            // Who has no mouse scrolls it as well.
            {...(boxed ? { tabIndex: 0, role: 'group', 'aria-label': 'Outputs' } : {})}
          >
            {outputs.length === 0 ? null : isHidden(cell.metadata, 'outputs') ? (
              <HiddenOutputs id={id} count={outputs.length} />
            ) : (
              <OutputsPlaceContext value={place}>
                <CellOutputs outputs={outputs} resolveUrl={resolveUrl} />
              </OutputsPlaceContext>
            )}
          </div>
          {run === null || run.progress === null ? null : (
            <ProgressStrip run={run} progress={run.progress} onCancel={() => void commands.life.interruptRun(run.id)} />
          )}
          <InputPlace run={run} />
          {run === null || run.reason === null ? null : <p className={styles.reason}>{run.reason}</p>}
        </>
      );
    case 'markdown':
      // Opened by Enter or a double click; closed by running it.
      if (mode === 'edit') return editor('Markdown of cell');
      return (
        <>
          {hidden ? <HiddenSource id={id} name="Text" /> : <Rendered id={id} attachments={cell.attachments} />}
          <HiddenSection id={id} />
        </>
      );
    case 'raw':
      return hidden ? <HiddenSource id={id} name="Raw text" /> : editor('Raw text of cell');
    case 'unknown':
      return (
        <>
          <p className={styles.note}>This cell has a type that Farfield does not know. It is kept as it is.</p>
          {editor('Text of cell')}
        </>
      );
  }
}

/** Markdown of more UTF-16 units is shown as text: rendering it would stop the page. */
const longestRendered = 100_000;

type RenderedProps = { readonly id: CellId; readonly attachments: JsonObject | undefined };

function Rendered({ id, attachments }: RenderedProps) {
  const { document, selection, resolveUrl } = useNotebook();
  const source = useCellSource(document, id);
  const open = () => selection.set({ active: id, mode: 'edit', follow: true });
  return (
    <div data-cell-editor className={styles.rendered} onDoubleClick={open}>
      {/* The text itself, for programs that read the page; people read what it becomes. */}
      <pre className={styles.source} aria-hidden>
        {source.length > longestRendered ? source.slice(0, longestRendered) : source}
      </pre>
      {source.trim() === '' ? (
        <p className={styles.note}>Empty Markdown. Double-click, or press Enter, to write.</p>
      ) : source.length > longestRendered ? (
        <StaticSource source={source} language="plaintext" wrap />
      ) : (
        <MarkdownView source={source} attachments={attachments} resolveUrl={resolveUrl} />
      )}
    </div>
  );
}
