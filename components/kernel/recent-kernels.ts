import { type Recent, withRecent } from './choices.ts';

const key = 'farfield-recent-kernels';

/** The last kernels that were started from this browser. Damaged or forbidden storage reads as none. */
export function getRecentKernels(): readonly Recent[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter(isRecent) : [];
  } catch {
    return [];
  }
}

export function rememberKernel(started: Recent): void {
  try {
    localStorage.setItem(key, JSON.stringify(withRecent(getRecentKernels(), started)));
  } catch {
    // The list of recent ones is a convenience: without storage there is none.
  }
}

function isRecent(value: unknown): value is Recent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'gatewayId' in value &&
    typeof value.gatewayId === 'string' &&
    'kernelName' in value &&
    typeof value.kernelName === 'string'
  );
}
