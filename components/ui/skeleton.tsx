import spoken from './spoken.module.css';
import styles from './skeleton.module.css';

export type SkeletonProps = {
  /** What is being waited for, said to screen readers. */
  readonly label: string;
  /** Widths of the bars in percent. */
  readonly bars?: readonly number[];
};

const usual = [72, 88, 60, 78] as const;

export function Skeleton({ label, bars = usual }: SkeletonProps) {
  return (
    <div className={styles.stack} role="status">
      <span className={spoken.spoken}>{label}</span>
      {bars.map((width, index) => (
        // Bars never move: their place is their identity.
        <span key={index} className={styles.bar} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
