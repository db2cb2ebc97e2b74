'use client';
import { useEffect, useSyncExternalStore, type CSSProperties } from 'react';
import { TriangleAlert, X } from 'lucide-react';
import { noUploads, type Transfer, type UploadState, uploads } from '#lib/client/files/upload-queue.ts';
import { assertNever } from '#lib/core/fault.ts';
import { showHiddenCharacters } from '#lib/core/render/show-hidden-characters.ts';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import spoken from '#components/ui/spoken.module.css';
import { nameOf } from './locations.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import styles from './transfer-panel.module.css';

/** The page holds this many lines of a thousand uploads: what moves, and what went wrong. */
const mostShown = 6;

/** Files on their way to the server: what is sent, how fast, what went wrong; each and all can be cancelled. */
export function TransferPanel() {
  const { transfers, total } = useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, noUploads);
  const moving = transfers.filter(({ state }) => state !== 'failed');
  useStayWhile(moving.length > 0);
  if (total.files === 0 && transfers.length === 0) return null;
  const percent = total.bytes === 0 ? 100 : Math.floor((total.sent / total.bytes) * 100);
  const shown = transfers.filter(({ state }) => state !== 'waiting').slice(0, mostShown);
  return (
    <section className={styles.panel} aria-label="Uploads">
      <div className={styles.head}>
        <span className={styles.title}>{sayTotal(moving.length, total, percent)}</span>
        {moving.length > 0 ? (
          <Button look="plain" onClick={() => uploads.cancelAll()}>
            Cancel all
          </Button>
        ) : (
          <IconButton icon={X} label="Close the list of uploads" size="small" onClick={() => uploads.dismiss()} />
        )}
      </div>
      {moving.length > 0 ? <Bar label="All uploads" percent={percent} /> : null}
      {/* Said in steps: a screen reader would speak without end. */}
      <span className={spoken.spoken} role="status">
        {moving.length === 0 ? sayTotal(0, total, percent) : `Uploading, ${Math.floor(percent / 20) * 20} %`}
      </span>
      <ul className={styles.list}>
        {shown.map((transfer) => (
          <TransferLine key={transfer.id} transfer={transfer} />
        ))}
      </ul>
    </section>
  );
}

function TransferLine({ transfer }: { readonly transfer: Transfer }) {
  const { id, path, size, sent, state } = transfer;
  const percent = size === 0 ? 100 : Math.floor((sent / size) * 100);
  const name = showHiddenCharacters(nameOf(path));
  return (
    <li className={styles.line} data-upload-state={state}>
      <div className={styles.text}>
        {state === 'failed' ? <TriangleAlert size={14} aria-hidden /> : null}
        <span className={styles.name} title={showHiddenCharacters(path)}>
          {name}
        </span>
        <span className={styles.amount}>{state === 'failed' ? '' : `${percent} %`}</span>
        <IconButton
          icon={X}
          label={state === 'failed' ? `Dismiss ${name}` : `Cancel ${name}`}
          size="small"
          onClick={() => uploads.cancel(id)}
        />
      </div>
      {state === 'failed' ? null : <Bar label={name} percent={percent} />}
      {transfer.fault === null ? null : <p className={styles.why}>{sayState(transfer)}</p>}
    </li>
  );
}

function Bar({ label, percent }: { readonly label: string; readonly percent: number }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={styles.bar}
      style={{ '--part': `${percent}%` } as CSSProperties}
    />
  );
}

function sayTotal(moving: number, total: UploadState['total'], percent: number): string {
  const files = `${total.files} ${total.files === 1 ? 'file' : 'files'}`;
  if (moving === 0) return total.files === 0 ? 'Not uploaded' : `Uploaded: ${files}`;
  const speed = total.bytesPerSecond === 0 ? '' : ` · ${sayBytes(total.bytesPerSecond)}/s`;
  return `Uploading ${Math.min(total.over + 1, total.files)} of ${files} · ${percent} %${speed}`;
}

function sayState({ state, fault }: Transfer): string {
  const message = fault?.message ?? '';
  switch (state) {
    case 'offline':
      return `Waits for the server, then goes on. ${message}`;
    case 'asking':
      return message;
    case 'failed':
      return [message, fault?.hint].filter(Boolean).join(' ');
    case 'waiting':
    case 'sending':
      return '';
    default:
      return assertNever(state);
  }
}

/** Leaving the page stops uploads: the browser asks first. */
function useStayWhile(moving: boolean): void {
  useEffect(() => {
    if (!moving) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [moving]);
}
