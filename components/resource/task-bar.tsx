import type { TaskCounts } from '#lib/core/cluster/picture.ts';
import styles from './task-bar.module.css';

/** Order and names of the states; colours are those of the curves. */
const states = [
  { state: 'running', name: 'running' },
  { state: 'queued', name: 'queued' },
  { state: 'waiting', name: 'waiting for others' },
  { state: 'done', name: 'kept' },
  { state: 'failed', name: 'failed' },
] as const satisfies readonly { readonly state: keyof TaskCounts; readonly name: string }[];

/** The tasks of a cluster by state: how they share a bar, and how many of each. */
export function TaskBar({ tasks }: { readonly tasks: TaskCounts }) {
  return (
    <div data-resource-tasks>
      <div className={styles.bar} aria-hidden>
        {states.map(({ state }) =>
          tasks[state] === 0 ? null : (
            <span key={state} className={styles.part} data-state={state} style={{ flexGrow: tasks[state] }} />
          ),
        )}
      </div>
      <ul className={styles.counts} aria-label="Tasks by state">
        {states.map(({ state, name }) => (
          <li key={state}>
            <span className={styles.mark} data-state={state} aria-hidden />
            {tasks[state].toLocaleString('en-GB')} {name}
          </li>
        ))}
      </ul>
    </div>
  );
}
