'use client';
import { memo, useLayoutEffect, useRef } from 'react';
import { RenderedOutputs } from '#components/output/rendered-outputs.tsx';
import { SafeHtml } from '#components/output/safe-html.tsx';
import { escapeHtml } from '#lib/core/render/escape-html.ts';
import type { HeadCell, RenderedHead, RenderedTail } from '#lib/core/render/rendered-head.ts';
import { emptyCellState } from '#lib/core/session/state.ts';
import body from './cell-body.module.css';
import editor from './cell-editor.module.css';
import { CellGutter } from './cell-gutter.tsx';
import frame from './cell-view.module.css';
import styles from './first-cells.module.css';
import plain from './plain-editor.module.css';
import source from './static-source.module.css';
import view from './notebook-view.module.css';
import { cellTypeNames, runStateHook } from './words.ts';

export type FirstCellsProps = {
  readonly head: RenderedHead;
  /** The last cells; null while they have not come, and where the page is only as long as the first ones. */
  readonly tail: RenderedTail | null;
};

/** Of a cell that has not come, and of all of them, px. */
const gapCell = 160;
const longestGap = 10_000_000;

/**
 * The first cells as the server sent them, until the live ones take their place: the same frames, classes and sizes as
 * `cell-view.tsx`, so that nothing moves. What is clicked and typed meanwhile is kept by `watch-first-cells.ts`.
 */
export const FirstCells = memo(function FirstCells({ head, tail }: FirstCellsProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const scroller = list.current?.closest('[data-notebook]') ?? null;
    // The key came before the cells that it asks for.
    if (tail !== null && scroller !== null && window.farfieldEarly?.keys.at(-1)?.key === 'End')
      scroller.scrollTop = scroller.scrollHeight;
  }, [tail]);
  const count = tail?.cellCount ?? head.cellCount;
  const from = head.cells.length;
  const to = tail === null ? from : tail.cellCount - tail.cells.length;
  return (
    <div
      ref={list}
      role="list"
      aria-label="Cells"
      className={`${view.cells} ${tail === null ? styles.first : ''} ${styles.early}`}
      data-first-cells
      data-field-class={plain.plain}
    >
      {head.cells.map((cell, index) => (
        <FirstCell key={cell.id} cell={cell} index={index} count={count} />
      ))}
      {to <= from ? null : (
        <div
          role="presentation"
          data-gap-from={from}
          data-gap-count={to - from}
          style={{ height: Math.min(longestGap, (to - from) * gapCell) }}
        />
      )}
      {tail?.cells.map((cell, at) => (
        <FirstCell key={cell.id} cell={cell} index={to + at} count={count} isTail />
      ))}
    </div>
  );
});

type FirstCellProps = {
  readonly cell: HeadCell;
  readonly index: number;
  readonly count: number | null;
  readonly isTail?: boolean;
};

const FirstCell = memo(function FirstCell({ cell, index, count, isTail = false }: FirstCellProps) {
  const { id, type, run, executionCount } = cell;
  const runState = run?.state ?? 'idle';
  return (
    <div
      role="listitem"
      aria-label={`${cellTypeNames[type]} ${index + 1}${runState === 'idle' ? '' : `, ${runState}`}`}
      aria-posinset={index + 1}
      aria-setsize={count ?? -1}
      tabIndex={index === 0 ? 0 : -1}
      className={frame.cell}
      data-cell-id={id}
      data-cell-index={index}
      data-cell-type={type}
      data-run-state={runStateHook(runState)}
      data-execution-count={executionCount ?? ''}
      data-tail={isTail ? '' : undefined}
    >
      <div className={frame.margin}>
        {type === 'code' ? <CellGutter state={{ ...emptyCellState, run, executionCount }} position={null} /> : null}
      </div>
      <div className={frame.content}>
        <FirstBody cell={cell} index={index} />
      </div>
    </div>
  );
});

function FirstBody({ cell, index }: Pick<FirstCellProps, 'cell' | 'index'>) {
  switch (cell.type) {
    case 'code':
      return (
        <>
          <FirstSource cell={cell} label={`Code of cell ${index + 1}`} />
          <div data-cell-outputs className={body.outputs}>
            {cell.outputs.length === 0 ? null : <RenderedOutputs outputs={cell.outputs} />}
          </div>
          {cell.run?.reason == null ? null : <p className={body.reason}>{cell.run.reason}</p>}
        </>
      );
    case 'markdown':
      return (
        <div data-cell-editor className={body.rendered}>
          {cell.html === '' && cell.whole ? (
            <p className={body.note}>Empty Markdown. Double-click, or press Enter, to write.</p>
          ) : (
            <SafeHtml html={cell.html ?? ''} className="output-markdown" />
          )}
        </div>
      );
    case 'raw':
      return <FirstSource cell={cell} label={`Raw text of cell ${index + 1}`} />;
    case 'unknown':
      return (
        <>
          <p className={body.note}>This cell has a type that Farfield does not know. It is kept as it is.</p>
          <FirstSource cell={cell} label={`Text of cell ${index + 1}`} />
        </>
      );
  }
}

function FirstSource({ cell, label }: { readonly cell: HeadCell; readonly label: string }) {
  const wrap = cell.type !== 'code';
  const className = `${source.source} ${wrap ? source.wrap : ''} ${cell.source.endsWith('\n') ? source.openEnd : ''}`;
  // Raw markup: React leaves what is inside alone, also when somebody has begun to type there before it came.
  const html = `<div class="${className}">${escapeHtml(cell.source)}</div>`;
  return (
    <div
      data-cell-editor
      data-first-source={cell.whole && cell.type !== 'unknown' ? label : undefined}
      className={`${editor.editor} ${styles.source}`}
      // oxlint-disable-next-line react/no-danger -- escaped text in a box
      dangerouslySetInnerHTML={{ __html: html }}
      suppressHydrationWarning
    />
  );
}
