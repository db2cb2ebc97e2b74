'use client';
import { Unplug } from 'lucide-react';
import { agoWords } from '#components/ui/measure-words.ts';
import type { GoneNode } from '#lib/core/resource/sample.ts';
import styles from './resource-panel.module.css';

export type GoneNodesProps = {
  readonly gone: readonly GoneNode[];
  /** ms since 1970 */
  readonly at: number;
};

/** Nodes that were there and are no more. Said aloud when one goes. */
export function GoneNodes({ gone, at }: GoneNodesProps) {
  return (
    <div role="status">
      {gone.length === 0 ? null : (
        <ul className={styles.gone} aria-label="Nodes that have gone">
          {gone.map(({ id, name, host, missedAt }) => (
            <li key={id} data-resource-gone={name}>
              <Unplug size={14} aria-hidden />
              <span className={styles.name}>{name === host ? name : `${name} on ${host}`}</span>
              <span aria-hidden className={styles.when}>
                gone {agoWords(missedAt, at)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
