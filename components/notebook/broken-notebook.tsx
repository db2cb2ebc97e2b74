'use client';
import { useMemo, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { callApi } from '#lib/client/api.ts';
import type { Fault } from '#lib/core/fault.ts';
import { isFault } from '#lib/core/fault.ts';
import styles from './broken-notebook.module.css';

/** What `document.open` answers for a file that is no readable notebook. */
export type BrokenText = {
  readonly path: string;
  readonly text: string | null;
  readonly hash: string;
  readonly problem: { readonly message: string; readonly line: number; readonly column: number };
  readonly repair: { readonly text: string; readonly description: string } | null;
};

export type BrokenNotebookProps = {
  readonly broken: BrokenText;
  /** Opens the file again. */
  readonly onReopen: () => void;
};

/** Lines shown on each side of the fault, at first and when more is asked for. */
const few = 200;
const many = 2_000;
/** Characters of a line in the page: notebooks written without line ends have only one. UTF-16 units */
const longestLine = 1_000;

/** A file that cannot be read as a notebook: its text with the place of the fault, and a repair where one is known. */
export function BrokenNotebook({ broken, onReopen }: BrokenNotebookProps) {
  const [trouble, setTrouble] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const { problem, repair, text } = broken;

  const mend = async () => {
    if (repair === null) return;
    setBusy(true);
    const answer = await callApi('writeFile', { body: { path: broken.path, text: repair.text, hash: broken.hash } });
    setBusy(false);
    if (isFault(answer)) setTrouble(answer);
    else onReopen();
  };

  return (
    <div className={styles.page}>
      <Notice
        kind="error"
        hint={
          repair === null
            ? 'Mend the file in a text editor, then try again. Nothing was changed.'
            : 'Nothing was changed so far.'
        }
        actions={<Button onClick={onReopen}>Try again</Button>}
      >
        This file is not a readable notebook: {problem.message} (line {problem.line}, column {problem.column}).
      </Notice>
      {trouble === null ? null : <FaultNotice fault={trouble} />}
      {repair === null ? null : (
        <section className={styles.repair} aria-label="Repair">
          <h2 className={styles.heading}>A repair is possible</h2>
          <p>{repair.description}</p>
          <details>
            <summary>Show the repaired text</summary>
            <Lines text={repair.text} line={problem.line} column={0} marked={false} label="Repaired text" />
          </details>
          <p className={styles.note}>The file as it is now goes to the trash, from where it can be brought back.</p>
          <Button look="primary" disabled={busy} onClick={() => void mend()}>
            Repair and open
          </Button>
        </section>
      )}
      {text === null ? (
        <p>The file is not text in UTF-8, so it cannot be shown.</p>
      ) : (
        <Lines text={text} line={problem.line} column={problem.column} marked label="Text of the file" />
      )}
    </div>
  );
}

type LinesProps = {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly marked: boolean;
  readonly label: string;
};

function Lines({ text, line, column, marked, label }: LinesProps) {
  const [around, setAround] = useState(few);
  const lines = useMemo(() => text.split('\n'), [text]);
  const from = Math.max(0, line - 1 - around);
  const to = Math.min(lines.length, line + around);
  return (
    <>
      <pre className={styles.text} tabIndex={0} role="region" aria-label={label}>
        {lines.slice(from, to).map((content, index) => {
          const number = from + index + 1;
          const faulty = marked && number === line;
          return (
            <div key={number} className={faulty ? styles.faulty : undefined} data-fault={faulty ? '' : undefined}>
              <span className={styles.number}>{number}</span>
              {faulty ? <Pointed content={content} column={column} /> : cut(content, 0)}
            </div>
          );
        })}
      </pre>
      {to - from === lines.length ? null : around === few ? (
        <Button onClick={() => setAround(many)}>Show more of {lines.length.toLocaleString('en')} lines</Button>
      ) : (
        <p className={styles.note}>The lines further away are not shown here.</p>
      )}
    </>
  );
}

/** The faulty line with the character marked at which reading stopped. */
function Pointed({ content, column }: { readonly content: string; readonly column: number }) {
  const at = Math.max(0, column - 1);
  const from = Math.max(0, at - longestLine / 2);
  return (
    <>
      {from === 0 ? '' : '… '}
      {content.slice(from, at)}
      <mark className={styles.mark}>{content.slice(at, at + 1) || ' '}</mark>
      {cut(content, at + 1)}
    </>
  );
}

/** The line from a place on, as far as it is shown. */
function cut(content: string, from: number): string {
  const left = content.length - from - longestLine;
  if (left <= 0) return content.slice(from);
  return `${content.slice(from, from + longestLine)} … ${left.toLocaleString('en')} more characters`;
}
