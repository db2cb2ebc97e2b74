import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import styles from './cluster-page.module.css';
import { counted } from './cluster-words.ts';

export type OtherWorkersProps = { readonly picture: ClusterPicture };

/** How many workers are not listed. */
export function OtherWorkers({ picture: { others } }: OtherWorkersProps) {
  if (others === undefined) return null;
  return <p className={styles.detail}>And {counted(others.count, 'worker')} more, in the sums alone.</p>;
}
