import { expect } from 'vitest';
import type { ClusterPort } from '#server/kinds/cluster/port.ts';
import { must } from '#server/kinds/cluster/contract.ts';

/**
 * Looks at a cluster of a test once a second, as for somebody who looks: after the first look nothing is asked more often than
 * that. Answers how old the tasks were at each look, ms.
 */
export async function lookEachSecond(
  port: ClusterPort,
  clock: { now: number },
  asked: readonly unknown[],
  seconds: number,
): Promise<readonly number[]> {
  const ages: number[] = [];
  let first = 0;
  for (let second = 0; second < seconds; second += 1) {
    ages.push(must(await port.describe()).tasksAge ?? 0);
    if (second === 0) first = asked.length;
    expect(asked.length - first).toBeLessThanOrEqual(second);
    clock.now += 1_000;
  }
  expect(asked.length - first).toBeGreaterThan(seconds / 2);
  return ages;
}
