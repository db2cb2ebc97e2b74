import { expect, it } from 'vitest';
import type { KernelExit, MemorySample } from './death.ts';
import { sayExit, sayMemory } from './say-death.ts';

const gb = 1024 ** 3;
const sample = (at: number, kernel: number, used = 4): MemorySample => ({
  at: at * 1000,
  kernel: kernel * gb,
  used: used * gb,
  total: 8 * gb,
});
const exit = (more: Partial<KernelExit>): KernelExit => ({
  code: null,
  signal: null,
  asked: false,
  starved: null,
  ...more,
});

it.each<[string, KernelExit | null, MemorySample[], string]>([
  ['nothing is known', null, [], 'Why it ended is not known: its gateway does not tell.'],
  ['somebody asked for it', exit({ code: 0, asked: true }), [], 'Another program asked the gateway to end it.'],
  ['it left', exit({ code: 0 }), [], 'It ended by itself, without an error (exit status 0).'],
  ['it failed', exit({ code: 3 }), [], 'It ended by itself with exit status 3.'],
  [
    'the system says so',
    exit({ signal: 'SIGKILL', starved: true }),
    [sample(0, 1, 7.9)],
    'It was killed by signal 9 (SIGKILL): the system ran out of memory, 7.9 of 8.0 GB were in use.',
  ],
  [
    'memory was short',
    exit({ signal: 'SIGKILL' }),
    [sample(0, 1, 7.9)],
    'It was killed by signal 9 (SIGKILL), probably for lack of memory: 7.9 of 8.0 GB were in use.',
  ],
  [
    'memory was not short',
    exit({ signal: 'SIGKILL', starved: false }),
    [sample(0, 1, 2)],
    'It was killed by signal 9 (SIGKILL). Memory was not short: 2.0 of 8.0 GB were in use.',
  ],
  ['nothing else is known', exit({ signal: 'SIGKILL' }), [], 'It was killed by signal 9 (SIGKILL).'],
  [
    'a crash',
    exit({ signal: 'SIGSEGV' }),
    [],
    'It crashed with signal 11 (SIGSEGV): as a rule a fault in a native library.',
  ],
  ['a request', exit({ signal: 'SIGTERM' }), [], 'It was ended by signal 15 (SIGTERM).'],
])('sayExit: %s', (_, how, memory, words) => {
  expect(sayExit({ exit: how, memory, restarted: true, idleMinutes: null })).toBe(words);
});

it.each<[string, MemorySample[], string | null]>([
  ['nothing', [], null],
  ['one sample', [sample(0, 0.2)], 'It had 0.2 GB of memory when last seen.'],
  ['steady', [sample(0, 1), sample(2, 1), sample(4, 1.01)], 'Its memory stayed at 1.0 GB in the last 4 s.'],
  [
    'growth',
    [sample(0, 1), sample(15, 3), sample(30, 7)],
    'Its memory went from 1.0 to 7.0 GB in the last 30 s (+12 GB a minute).',
  ],
  [
    'less',
    [sample(0, 4), sample(60, 3), sample(240, 2)],
    'Its memory went from 4.0 to 2.0 GB in the last 4 min (−0.5 GB a minute).',
  ],
])('sayMemory: %s', (_, memory, words) => {
  expect(sayMemory(memory)).toBe(words);
});

it('sayExit: a kernel that is not there any more', () => {
  expect(sayExit({ exit: null, memory: [], restarted: false, idleMinutes: null })).toBe(
    'Its gateway no longer has it, and does not tell why.',
  );
});

it('sayExit: a kernel that nobody used', () => {
  const words = sayExit({ exit: null, memory: [], restarted: false, idleMinutes: 60 });
  expect(words).toBe('It was shut down: nobody had used it for 1 h.');
});
