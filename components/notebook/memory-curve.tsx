import type { MemorySample } from '#lib/core/session/death.ts';
import styles from './memory-curve.module.css';

const width = 96;
const height = 24;

/** How a kernel's memory went, as a line from its least to its most. Decoration beside the words that say it. */
export function MemoryCurve({ samples }: { readonly samples: readonly MemorySample[] }) {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 3 || last.at <= first.at) return null;
  const most = Math.max(...samples.map(({ kernel }) => kernel));
  const least = Math.min(...samples.map(({ kernel }) => kernel));
  const points = samples.map(({ at, kernel }) => {
    const x = ((at - first.at) / (last.at - first.at)) * (width - 2) + 1;
    const y = height - 2 - ((kernel - least) / Math.max(1, most - least)) * (height - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg className={styles.curve} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
