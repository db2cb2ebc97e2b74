import { sayMinutes } from '#lib/core/kernel/idle-policy.ts';
import type { Death, KernelExit, MemorySample } from './death.ts';

/** The sentences of a death report. Pure; nothing is said that is not known. */

/** Share of all memory from which on its lack is the likely cause. */
const scarce = 0.9;

const crashes: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE', 'SIGSYS', 'SIGTRAP']);

/** Why the kernel ended. */
export function sayExit({
  exit,
  memory,
  restarted,
  idleMinutes,
}: Omit<Death, 'at' | 'cellId' | 'cancelled' | 'ran'>): string {
  if (idleMinutes !== null) return `It was shut down: nobody had used it for ${sayMinutes(idleMinutes)}.`;
  if (exit === null) {
    return restarted
      ? 'Why it ended is not known: its gateway does not tell.'
      : 'Its gateway no longer has it, and does not tell why.';
  }
  if (exit.asked) return 'Another program asked the gateway to end it.';
  if (exit.signal === null) {
    return exit.code === 0 || exit.code === null
      ? 'It ended by itself, without an error (exit status 0).'
      : `It ended by itself with exit status ${exit.code}.`;
  }
  const signal = nameSignal(exit.signal);
  if (exit.signal === 'SIGKILL') return sayKilled(exit, signal, memory.at(-1));
  if (crashes.has(exit.signal)) return `It crashed with ${signal}: as a rule a fault in a native library.`;
  return `It was ended by ${signal}.`;
}

function sayKilled(exit: KernelExit, signal: string, last: MemorySample | undefined): string {
  const inUse = last === undefined ? null : `${gigabytes(last.used)} of ${gigabytes(last.total)} GB were in use`;
  const killed = `It was killed by ${signal}`;
  if (exit.starved === true) return `${killed}: the system ran out of memory${inUse === null ? '' : `, ${inUse}`}.`;
  if (last === undefined) return `${killed}.`;
  if (last.used >= last.total * scarce) return `${killed}, probably for lack of memory: ${inUse}.`;
  return `${killed}. Memory was not short: ${inUse}.`;
}

/** How the kernel's memory went; null where too little is known to say. */
export function sayMemory(memory: readonly MemorySample[]): string | null {
  const [first] = memory;
  const last = memory.at(-1);
  if (first === undefined || last === undefined) return null;
  const now = `${gigabytes(last.kernel)} GB`;
  const seconds = Math.round((last.at - first.at) / 1000);
  if (memory.length < 3 || seconds < 1) return `It had ${now} of memory when last seen.`;
  const change = last.kernel - first.kernel;
  if (Math.abs(change) < 50 * 1024 * 1024) return `Its memory stayed at ${now} in the last ${span(seconds)}.`;
  const rate = `${change > 0 ? '+' : '−'}${gigabytes((Math.abs(change) / seconds) * 60)} GB a minute`;
  return `Its memory went from ${gigabytes(first.kernel)} to ${now} in the last ${span(seconds)} (${rate}).`;
}

const numbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

function nameSignal(name: string): string {
  const number = numbers[name];
  return number === undefined ? `the signal ${name}` : `signal ${number} (${name})`;
}

function gigabytes(bytes: number): string {
  const value = bytes / 1024 ** 3;
  return value >= 10 ? String(Math.round(value)) : value.toFixed(value < 0.1 ? 2 : 1);
}

function span(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
