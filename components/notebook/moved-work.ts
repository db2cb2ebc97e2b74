import type { CellId } from '#lib/core/ids.ts';
import type { SessionState } from '#lib/core/session/state.ts';

/** What a notebook left behind when it moved to another kernel or cluster. */
export type MovedWork = {
  /** Where it runs now. */
  readonly to: string;
  /** The cells that had run before, in the order of their first run. */
  readonly cells: readonly CellId[];
  /** The kernel is the same: its variables are still there. */
  readonly sameKernel: boolean;
};

/**
 * Compares the session of a notebook with the one before. Null: it has not moved, or nothing had run. The end of a kernel
 * is reported elsewhere, and the first cluster of a kernel leaves nothing behind.
 */
export function movedWork(before: SessionState | null, now: SessionState | null): MovedWork | null {
  if (before === null || now === null || before.ran.length === 0) return null;
  const { displayName, gatewayLabel, kernelId } = now.binding;
  const kernel = `${displayName} on ${gatewayLabel}`;
  if (before.binding.kernelId !== kernelId) {
    // A restart may give the kernel another id; another kernel in which something has run is known already.
    if (before.binding.id === now.binding.id || now.death !== null || now.ran.length > 0) return null;
    return {
      to: now.cluster === null ? kernel : `${kernel} with ${now.cluster.label}`,
      cells: before.ran,
      sameKernel: false,
    };
  }
  if (before.cluster === null || now.cluster === null || before.cluster.id === now.cluster.id) return null;
  return { to: now.cluster.label, cells: before.ran, sameKernel: true };
}
