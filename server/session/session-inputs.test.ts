import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CellId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { quietLedger, SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;
/** What the ledger of runs was told. */
let entries: unknown[];

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-input-'));
  entries = [];
  bench = await new SessionBench(jupyter, folder, { ...quietLedger, write: (entry) => entries.push(entry) }).open();
  await bench.start();
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

const whenAsked = (cell: CellId, prompt: string) =>
  bench.when(() => bench.runOf(cell)?.input?.prompt === prompt, `the question ${prompt}`);

function answer(cell: CellId, text: string) {
  const run = bench.runOf(cell);
  if (run?.input == null) throw new Error('the cell asks nothing');
  return bench.host.inputs.answer({ runId: run.id, inputId: run.input.id, text, by: tester });
}

/** All bytes that the notebook's state folder has. */
async function journalText(): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name)));
  return (await Promise.all(texts)).map((bytes) => bytes.toString('latin1')).join('');
}

describe('questions of running code, on a real Jupyter Server', () => {
  it('the first answer counts and appears beside its question; what was run meanwhile waits', async () => {
    const a = bench.source.set('a', "x = input('Name? ')\ny = input()\nprint('hello', x, y)");
    const b = bench.source.set('b', 'x');
    await bench.run(a, b);
    await whenAsked(a, 'Name? ');
    expect(bench.host.views()[0]?.waitsForInput).toBe(true);
    expect(bench.runOf(b)?.state).toBe('queued');
    const first = bench.runOf(a)?.input;
    expect(answer(a, 'Ada')).toBeNull();
    const late = { runId: bench.runOf(a)?.id ?? expect.fail('no run'), inputId: first?.id ?? expect.fail('no input') };
    expect(bench.host.inputs.answer({ ...late, text: 'Eve', by: tester })).toMatchObject({ fault: 'input.answered' });
    await whenAsked(a, '');
    expect(answer(a, 'L.')).toBeNull();
    await bench.whenFinished(b);
    expect(bench.text(a)).toBe('Name? Ada\nL.\nhello Ada L.\n');
    expect(bench.outputs(b)).toMatchObject([{ data: { 'text/plain': "'Ada'" } }]);
    expect(bench.host.inputs.answer({ ...late, text: 'Eve', by: tester })).toMatchObject({ fault: 'input.withdrawn' });
  });

  it('a password reaches the kernel and is written nowhere', async () => {
    const secret = 'correct-horse-7391';
    const a = bench.source.set('a', "import getpass\np = getpass.getpass('Key: ')\nprint(len(p), p[-4:])");
    const told: SessionEvent[] = [];
    await bench.host.feed.follow(null, ({ events }) => void told.push(...events));
    await bench.run(a);
    await whenAsked(a, 'Key: ');
    expect(bench.runOf(a)?.input?.password).toBe(true);
    expect(answer(a, secret)).toBeNull();
    await bench.whenFinished(a);
    await bench.when(() => told.some(({ type }) => type === 'RunFinished'), 'the end to be told');
    expect(bench.text(a)).toBe('Key: ········\n18 7391\n');
    expect(told.filter(({ type }) => type === 'InputAnswered')).toMatchObject([{ text: null }]);
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(JSON.stringify(entries)).toContain('Key: ········');
    expect(JSON.stringify(entries)).not.toContain(secret);
    const written = await journalText();
    expect(written).toContain('InputAnswered');
    expect(written).not.toContain(secret);
  });

  it('a question that waits is there after a restart of this server, and its answer arrives', async () => {
    const a = bench.source.set('a', "print('got', input('Go on? '))");
    await bench.run(a);
    await whenAsked(a, 'Go on? ');
    const before = bench.runOf(a)?.input;
    await bench.host.stop();
    await bench.open();
    expect(bench.runOf(a)?.input).toEqual(before);
    expect(answer(a, 'too early')).toMatchObject({ fault: 'kernel.noAnswer' });
    await bench.whenStatus('idle', 'busy');
    expect(answer(a, 'yes')).toBeNull();
    await bench.whenFinished(a);
    expect(bench.text(a)).toBe('Go on? yes\ngot yes\n');
  });

  it('an interrupt withdraws the question', async () => {
    const a = bench.source.set('a', "input('Wait? ')");
    const b = bench.source.set('b', "print(input('Again? '))");
    await bench.run(a);
    await whenAsked(a, 'Wait? ');
    unwrap(await bench.host.runs.interrupt(bench.session().binding.id, tester));
    await bench.whenFinished(a);
    expect(bench.runOf(a)).toMatchObject({ state: 'error', input: null });
    await bench.run(b);
    await whenAsked(b, 'Again? ');
    expect(answer(b, 'ok')).toBeNull();
    await bench.whenFinished(b);
    expect(bench.text(b)).toBe('Again? ok\nok\n');
  });

  it('a restart of the kernel withdraws the question', async () => {
    const a = bench.source.set('a', "input('Wait? ')");
    await bench.run(a);
    await whenAsked(a, 'Wait? ');
    unwrap(await bench.host.kernels.restart(bench.session().binding.id, tester));
    expect(bench.runOf(a)).toMatchObject({ state: 'cancelled', input: null });
    await bench.whenStatus('idle');
  });
});
