'use client';
import { useEffect, useState } from 'react';
import { clock, span } from '#components/ui/measure-words.ts';
import { useTicker } from '#components/ui/ticker.ts';
import { callApi } from '#lib/client/api.ts';
import { every } from '#lib/client/every.ts';
import { isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { ClusterHappening } from '#lib/protocol/http/cluster-logs.ts';
import styles from './cluster-page.module.css';

/** While somebody looks, what happened is asked anew after this pause, ms. */
const pause = 5_000;
/** Shown at first: the newest. */
const most = 100;

export type ClusterEventsProps = { readonly id: ClusterId; readonly state: string };

/** What has happened to a cluster, the newest first. */
export function ClusterEvents({ id, state }: ClusterEventsProps) {
  const [events, setEvents] = useState<readonly ClusterHappening[]>([]);
  const now = useTicker(false);
  useEffect(() => {
    const ask = async (left: AbortSignal) => {
      const answer = await callApi('listClusterEvents', { params: { id } });
      if (!left.aborted && !isFault(answer)) setEvents(answer.events);
    };
    return every(pause, (left) => void ask(left));
  }, [id, state]);
  return (
    <section aria-label="Events" className={styles.section}>
      <h2 className={styles.heading}>Events</h2>
      {events.length === 0 ? <p className={styles.detail}>Nothing has happened yet.</p> : null}
      <ol className={styles.events}>
        {events
          .slice(-most)
          .toReversed()
          .map(({ at, until, source, text }) => (
            <li key={`${at} ${source} ${text}`}>
              <time dateTime={new Date(at).toISOString()}>{clock(at, now)}</time>
              <span>
                {text}
                {until === null || until - at < 1_000 ? '' : ` (${span(until - at)})`}
              </span>
            </li>
          ))}
      </ol>
    </section>
  );
}
