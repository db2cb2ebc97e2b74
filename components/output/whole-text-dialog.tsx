'use client';

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { ChevronDown, ChevronUp, Download } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { OutputText, type OutputPlace, type TextSearch } from '#lib/client/results/output-text.ts';
import type { NotebookId } from '#lib/core/ids.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import type { OutputLine } from '#lib/protocol/http/output-text.ts';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import { LongLine } from './long-line.tsx';
import { LineList, type LineListHandle } from './line-list.tsx';
import styles from './whole-text-dialog.module.css';
import { wholeText, type WholeTextRequest } from './whole-text-store.ts';

type WholeTextDialogProps = { readonly notebookId: NotebookId | null };

/** The whole of a long text, which is on the server: lines near the view are fetched, words are looked for there. */
export function WholeTextDialog({ notebookId }: WholeTextDialogProps) {
  const request = useSyncExternalStore(wholeText.subscribe, wholeText.get, () => null);
  const shown = request !== null && request.notebookId === notebookId ? request : null;
  useEffect(() => wholeText.close, []);
  return (
    <Dialog
      open={shown !== null}
      onOpenChange={(open) => (open ? undefined : wholeText.close())}
      title="The whole text"
      size="wide"
      flush
    >
      {shown === null ? null : <WholeText key={`${shown.cellId} ${shown.output}`} request={shown} />}
    </Dialog>
  );
}

/** Characters of the whole text, as `LongLine` takes them. */
type LinePart = { readonly begin: number; readonly from: number; readonly end: number };

function WholeText({ request }: { readonly request: WholeTextRequest }) {
  const { notebookId, cellId, output } = request;
  const text = useMemo(() => new OutputText({ notebookId, cellId, output }), [notebookId, cellId, output]);
  useEffect(() => {
    text.want(0, 1);
    return () => text.stop();
  }, [text]);
  const { measures, search, fault } = useSyncExternalStore(text.subscribe, text.getSnapshot, text.getSnapshot);
  const [current, setCurrent] = useState(0);
  const [part, setPart] = useState<LinePart | null>(null);
  // Of the last thing that somebody asked to see: what was looked up for another one comes too late.
  const turn = useRef(0);
  const show = useCallback((next: LinePart | null) => {
    turn.current += 1;
    setPart(next);
  }, []);
  const showLine = useCallback(
    (line: OutputLine) => show({ begin: line.at, from: line.at, end: line.at + line.characters }),
    [show],
  );
  const list = useRef<LineListHandle>(null);
  const hits = search?.hits ?? [];

  const goTo = async (index: number) => {
    const hit = hits[index];
    if (hit === undefined) return;
    turn.current += 1;
    const mine = turn.current;
    setCurrent(index);
    list.current?.scrollToLine(hit.line);
    const line = await text.line(hit.line);
    if (mine !== turn.current) return;
    const isFar = line !== null && hit.at - line.at >= line.text.length;
    setPart(isFar ? { begin: line.at, from: Math.max(line.at, hit.at - 1_000), end: line.at + line.characters } : null);
  };
  // The first hit is gone to as soon as it is known.
  const firstHit = search?.busy === false ? search : null;
  const went = useRef<TextSearch | null>(null);
  useEffect(() => {
    if (firstHit === null || went.current === firstHit) return;
    went.current = firstHit;
    void goTo(0);
  });

  return (
    <div className={styles.view} data-whole-text>
      <div className={styles.bar}>
        <SearchField
          text={text}
          focus={request.search}
          count={hits.length}
          onStep={(by) => void goTo(wrap(current + by, hits.length))}
        />
        <span className={styles.count} role="status">
          {sayHits(search, current)}
        </span>
        <IconButton
          icon={ChevronUp}
          label="Previous hit"
          size="small"
          disabled={hits.length === 0}
          onClick={() => void goTo(wrap(current - 1, hits.length))}
        />
        <IconButton
          icon={ChevronDown}
          label="Next hit"
          size="small"
          disabled={hits.length === 0}
          onClick={() => void goTo(wrap(current + 1, hits.length))}
        />
        <span className={styles.space} />
        {measures === null ? null : (
          <span className={styles.measures}>
            {`${measures.lines.toLocaleString('en')} lines, ${sayBytes(measures.bytes)}`}
          </span>
        )}
        <DownloadLink place={request} />
      </div>
      {fault === null ? null : (
        <FaultNotice fault={fault} actions={<Button onClick={() => text.retry()}>Try again</Button>} />
      )}
      {measures === null ? (
        fault === null ? (
          <Skeleton label="Reading the text" />
        ) : null
      ) : (
        <LineList ref={list} text={text} current={hits[current]?.line ?? null} onLongLine={showLine} />
      )}
      {part === null ? null : <LongLine key={part.from} text={text} {...part} onClose={() => show(null)} />}
    </div>
  );
}

type SearchFieldProps = {
  readonly text: OutputText;
  readonly focus: boolean;
  readonly count: number;
  readonly onStep: (by: 1 | -1) => void;
};

/** Enter looks for the words; again, it goes to the next hit. */
function SearchField({ text, focus, count, onStep }: SearchFieldProps) {
  const [words, setWords] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  const submit = (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (text.getSnapshot().search?.words === words && count > 0) onStep(event.shiftKey ? -1 : 1);
    else void text.search(words);
  };
  return (
    <input
      ref={input}
      className={styles.search}
      type="search"
      aria-label="Look for words in the whole text"
      placeholder="Search, Enter to go on"
      maxLength={200}
      value={words}
      onChange={(event) => {
        setWords(event.target.value);
        if (event.target.value === '') void text.search('');
      }}
      onKeyDown={submit}
    />
  );
}

/** The whole text as a file. */
export function DownloadLink({ place, children }: { readonly place: OutputPlace; readonly children?: string }) {
  const { notebookId, cellId, output } = place;
  const href = apiUrl('downloadOutputText', { query: { notebookId, cellId, output } });
  return (
    <a className={styles.download} href={href} download aria-label="Download the whole text">
      {children ?? <Download size={16} strokeWidth={1.75} aria-hidden />}
    </a>
  );
}

const wrap = (index: number, count: number) => (count === 0 ? 0 : (index + count) % count);

function sayHits(search: TextSearch | null, current: number): string {
  if (search === null) return '';
  if (search.busy) return 'Searching…';
  if (search.hits.length === 0) return 'Nothing found';
  return `${current + 1} of ${search.hits.length.toLocaleString('en')}${search.complete ? '' : ' and more'}`;
}
