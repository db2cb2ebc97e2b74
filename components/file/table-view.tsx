'use client';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type CSSProperties, type ReactNode } from 'react';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import { columnsIn, layColumns } from './column-layout.ts';
import { FileHeader } from './file-header.tsx';
import { sayBytes } from '#lib/core/say-bytes.ts';
import { mostRows, TableSource } from './table-source.ts';
import styles from './table-view.module.css';
import { keepPlace, readPlace } from './view-places.ts';

export type TableViewProps = { readonly path: string; readonly size: number; readonly switches: ReactNode };

const rowHeight = 26;
/** Characters of a cell in the page, and in what the pointer shows. UTF-16 units */
const longestCell = 300;
const longestTitle = 2_000;
/** Rows mounted beyond the view on both sides. */
const margin = 10;

const number = new Intl.NumberFormat('en');

/** A delimited file as a table: only the rows and columns near the view are in the page. */
export function TableView({ path, size, switches }: TableViewProps) {
  const source = useMemo(() => new TableSource(path), [path]);
  const { header, rows, progress, read, fault } = useSyncExternalStore(
    source.subscribe,
    source.getSnapshot,
    source.getSnapshot,
  );
  const begun = rows.length > 0 || header.length > 0;
  const sample = rows.length >= 200;
  // The first rows decide; a table must not move while the rest arrives.
  // oxlint-disable-next-line react/exhaustive-deps
  const columns = useMemo(() => layColumns(header, rows), [begun, sample]);
  useEffect(() => {
    void source.run();
    return () => source.stop();
  }, [source]);
  const detail =
    progress === 'reading'
      ? `reading, ${number.format(rows.length)} rows (${size === 0 ? 100 : Math.min(100, Math.round((read / size) * 100))} %)`
      : `${number.format(rows.length)} rows · ${header.length} columns · ${sayBytes(size)}`;
  return (
    <>
      <FileHeader path={path} detail={detail} tools={switches} />
      {fault === null ? null : (
        <div className={styles.note}>
          <FaultNotice fault={fault} />
        </div>
      )}
      {progress === 'cut' ? (
        <div className={styles.note}>
          <Notice kind="info" hint="Download the file, or read it in a notebook, to see the rest.">
            {rows.length < mostRows
              ? `The first ${number.format(rows.length)} rows are shown: they are very long.`
              : `The first ${number.format(mostRows)} rows are shown.`}
          </Notice>
        </div>
      ) : null}
      {begun ? (
        <Rows path={path} header={header} rows={rows} edges={columns.edges} />
      ) : progress === 'reading' ? (
        <div className={styles.note}>
          <Skeleton label="Reading the table" />
        </div>
      ) : (
        <div className={styles.note}>The file is empty.</div>
      )}
    </>
  );
}

type RowsProps = {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly edges: readonly number[];
};

type View = { readonly top: number; readonly left: number; readonly width: number; readonly height: number };

function Rows({ path, header, rows, edges }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ top: 0, left: 0, width: 1200, height: 800 });
  const wanted = useRef(readPlace(path) as { top?: unknown; left?: unknown } | null);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () =>
      setView({
        top: element.scrollTop,
        left: element.scrollLeft,
        width: element.clientWidth,
        height: element.clientHeight,
      });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const keep = () => keepPlace(path, { top: element.scrollTop, left: element.scrollLeft });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      measure();
      clearTimeout(timer);
      timer = setTimeout(keep, 300);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [path]);

  // The place that was left, as soon as the rows reach it.
  useEffect(() => {
    const place = wanted.current;
    const element = box.current;
    if (place === null || element === null || typeof place.top !== 'number') return;
    if (place.top > rows.length * rowHeight) return;
    wanted.current = null;
    element.scrollTo(typeof place.left === 'number' ? place.left : 0, place.top);
  }, [rows.length]);

  const [fromColumn, toColumn] = columnsIn({ edges }, view.left, view.width);
  const fromRow = Math.max(0, Math.floor(view.top / rowHeight) - margin);
  const toRow = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + margin);
  const columns = Array.from({ length: toColumn - fromColumn }, (_, index) => fromColumn + index);
  const gutter = String(rows.length).length * 8 + 20;
  const cells = (row: readonly string[], role: 'cell' | 'columnheader') =>
    columns.map((column) => (
      <div
        key={column}
        role={role}
        aria-colindex={column + 2}
        className={styles.cell}
        style={{ width: (edges[column + 1] ?? 0) - (edges[column] ?? 0) }}
        title={cellText(row[column], longestTitle)}
      >
        {cellText(row[column], longestCell)}
      </div>
    ));
  const before = <div className={styles.before} style={{ width: edges[fromColumn] }} role="presentation" />;
  return (
    <div
      ref={box}
      className={styles.table}
      role="table"
      aria-label={`Table ${path}`}
      aria-rowcount={rows.length + 1}
      aria-colcount={edges.length}
      tabIndex={0}
      data-takes-focus
      data-table-rows={rows.length}
      style={{ '--width': `${(edges.at(-1) ?? 0) + gutter}px`, '--gutter': `${gutter}px` } as CSSProperties}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={styles.row}>
          <div role="columnheader" aria-label="Row" className={styles.gutter} />
          {before}
          {cells(header, 'columnheader')}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: rows.length * rowHeight }}>
        <div
          role="presentation"
          className={styles.window}
          style={{ transform: `translateY(${fromRow * rowHeight}px)` }}
        >
          {rows.slice(fromRow, toRow).map((row, index) => (
            <div key={fromRow + index} role="row" aria-rowindex={fromRow + index + 2} className={styles.row}>
              <div role="rowheader" className={styles.gutter}>
                {fromRow + index + 1}
              </div>
              {before}
              {cells(row, 'cell')}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

const cellText = (text: string | undefined, longest: number) => showHiddenCharacters(text?.slice(0, longest) ?? '');
