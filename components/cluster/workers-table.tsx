import { agoWords } from '#components/ui/measure-words.ts';
import type { WorkerPicture } from '#lib/core/cluster/picture.ts';
import { sayGpus } from '#lib/core/resource/say-gpus.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import styles from './cluster-page.module.css';

export type WorkersTableProps = {
  readonly workers: readonly WorkerPicture[];
  /** ms since 1970 */
  readonly now: number;
};

/** One row per worker; what its engine does not tell is a dash, never nought. */
export function WorkersTable({ workers, now }: WorkersTableProps) {
  if (workers.length === 0) return <p className={styles.detail}>No worker has come yet.</p>;
  return (
    // A wide table is scrolled by keyboard, too.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label="Table of workers">
      <table className={styles.table}>
        <thead>
          <tr>
            {['Worker', 'Busy threads', 'CPU', 'Memory', 'On disk', 'Disk', 'Network', 'GPU', 'Heard'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {workers.map((worker) => (
            <tr key={worker.id} data-worker={worker.id}>
              <th scope="row">{worker.name}</th>
              <td>
                {worker.running} of {worker.threads}
              </td>
              <td>{told(worker.cpu, (cpu) => `${Math.round(cpu * 100)} %`)}</td>
              <td>
                {told(worker.memory, ({ used, limit }) =>
                  limit === null ? sayBytes(used) : `${sayBytes(used)} of ${sayBytes(limit)}`,
                )}
              </td>
              <td>{told(worker.spilled, sayBytes)}</td>
              <td>{told(worker.disk, rates)}</td>
              <td>{told(worker.network, rates)}</td>
              <td>{told(worker.gpus ?? null, sayGpus)}</td>
              <td>{told(worker.heardAt, (at) => agoWords(at, now))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const rates = ({ read, write }: { readonly read: number; readonly write: number }) =>
  `↓ ${sayBytes(read)}/s ↑ ${sayBytes(write)}/s`;

function told<Value>(value: Value | null, words: (value: Value) => string): string {
  return value === null ? '–' : words(value);
}
