'use client';
import { useEffect, useState } from 'react';
import { LogBox } from '#components/ui/log-box.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { type ApiReply, callApi } from '#lib/client/api.ts';
import { every } from '#lib/client/every.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import styles from './cluster-page.module.css';

/** A log that is looked at is read anew after this pause, ms. */
const pause = 2_000;
const mostLines = '500';

/** The logs of a cluster: the end of one, or its lines with some words; the whole as a file. */
export function ClusterLogs({ id }: { readonly id: ClusterId }) {
  const [logs, setLogs] = useState<ApiReply<'listClusterLogs'>['logs']>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [read, setRead] = useState<ApiReply<'readClusterLog'> | Fault | null>(null);
  const name = chosen ?? logs[0]?.name ?? null;
  useEffect(() => {
    let left = false;
    void callApi('listClusterLogs', { params: { id } }).then((answer) =>
      left || isFault(answer) ? undefined : setLogs(answer.logs),
    );
    return () => {
      left = true;
    };
  }, [id]);
  useEffect(() => {
    if (name === null) return;
    const ask = async (left: AbortSignal) => {
      const answer = await callApi('readClusterLog', { params: { id, name }, query: { lines: mostLines, search } });
      if (!left.aborted) setRead(answer);
    };
    return every(pause, (left) => void ask(left));
  }, [id, name, search]);
  return (
    <section aria-label="Logs" className={styles.section}>
      <h2 className={styles.heading}>Logs</h2>
      {name === null ? (
        <p className={styles.detail}>There is no log yet.</p>
      ) : (
        <>
          <div className={styles.fields}>
            <SelectField
              label="Log"
              value={name}
              options={logs.map((log) => ({ value: log.name, label: log.label }))}
              onChange={setChosen}
            />
            <TextField label="Lines with" type="search" value={search} onChange={setSearch} placeholder="all" />
            <a className={styles.link} href={apiUrl('downloadClusterLog', { params: { id, name } })} download>
              Download
            </a>
          </div>
          {read !== null && isFault(read) ? (
            <Notice kind={read.fault === 'cluster.notOffered' ? 'info' : 'error'} hint={read.hint}>
              {read.message}
            </Notice>
          ) : null}
          {read === null || isFault(read) ? null : (
            <LogBox label="Lines of the log" lines={read.lines.length === 0 ? ['No line.'] : read.lines} />
          )}
        </>
      )}
    </section>
  );
}
