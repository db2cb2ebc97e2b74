// One visible step of a set-up: what is done, why, how long it took, and on failure the real output.
import { spawn } from 'node:child_process';

const isTerminal = process.stdout.isTTY === true;

/** Prints the step while it runs and its time at the end; throws on what `work` throws. */
export async function step(what, why, work) {
  const startedAt = performance.now();
  process.stdout.write(`• ${what} (${why})${isTerminal ? '' : ' …\n'}`);
  const ticking = isTerminal
    ? setInterval(() => process.stdout.write(`\r\u001B[2K• ${what} (${why}) ${seconds(startedAt)}`), 1000)
    : undefined;
  const clear = isTerminal ? '\r\u001B[2K' : '';
  try {
    const result = await work();
    process.stdout.write(`${clear}✓ ${what}: ${seconds(startedAt)}\n`);
    return result;
  } catch (error) {
    process.stdout.write(`${clear}✗ ${what}: failed after ${seconds(startedAt)}\n`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** A set-up that cannot go on. `hint` is what the person does next; `output` the last lines of the failed program. */
export class SetupError extends Error {
  constructor(message, hint, output = '') {
    super(message);
    this.hint = hint;
    this.output = output;
  }
}

export function printTrouble(error) {
  const output = error.output?.trim();
  if (output) process.stderr.write(`\n${output.replaceAll(/^/gm, '    ')}\n\n`);
  process.stderr.write(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
}

/** Runs a program quietly; answers its exit code and, of a long output, the first 10 and the last 30 lines. Code 127: there is no such program. */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let tail = '';
    const keep = (chunk) => {
      tail = (tail + chunk).slice(-16_000);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const lines = () => {
      const all = tail.trimEnd().split('\n');
      return (all.length <= 40 ? all : [...all.slice(0, 10), '…', ...all.slice(-30)]).join('\n');
    };
    child.on('error', (error) => resolve({ code: error.code === 'ENOENT' ? 127 : 126, output: String(error.message) }));
    child.on('close', (code, signal) => {
      const ended = signal === null ? '' : `\nended by ${signal}`;
      resolve({ code: code ?? 1, output: lines() + ended });
    });
  });
}

function seconds(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
