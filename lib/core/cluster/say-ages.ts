import type { ClusterPicture } from './picture.ts';

/** Figures that are so much older than the look that tells of them, ms, are worth a word. */
const worthMs = 3_000;

/** `tasks 5 s older, workers 8 s older`: what is older than the look that tells of it; null: all is about as new. */
export function sayAges({
  tasksAge = 0,
  workersAge = 0,
}: Pick<ClusterPicture, 'tasksAge' | 'workersAge'>): string | null {
  const words = [
    { name: 'tasks', age: tasksAge },
    { name: 'workers', age: workersAge },
  ]
    .filter(({ age }) => age > worthMs)
    .map(({ name, age }) => `${name} ${Math.round(age / 1000)} s older`);
  return words.length === 0 ? null : words.join(', ');
}
