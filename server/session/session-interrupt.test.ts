import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';

it.each(['signal', 'message'] as const)(
  'an interrupt stops the running cell of a kernel that wants it by %s, and the kernel goes on',
  async (interruptMode) => {
    const jupyter = await startJupyter({ interruptMode });
    const folder = await mkdtemp(path.join(tmpdir(), 'farfield-interrupt-'));
    const bench = await new SessionBench(jupyter, folder).open();
    try {
      const loop = bench.source.set('loop', "x = 6\nprint('in it', flush=True)\nwhile True: pass");
      const after = bench.source.set('after', 'x');
      await bench.start();
      await bench.run(loop);
      await bench.when(() => bench.text(loop) === 'in it\n', 'the loop');
      unwrap(await bench.host.runs.interrupt(bench.session().binding.id, tester));
      await bench.whenFinished(loop);
      expect(bench.outputs(loop).at(-1)).toMatchObject({ output_type: 'error', ename: 'KeyboardInterrupt' });
      await bench.runAndWait(after);
      expect(bench.outputs(after)).toMatchObject([{ data: { 'text/plain': '6' } }]);
    } finally {
      await bench.host.stop();
      await jupyter.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
