import type { Measure } from './bench-run.ts';
import { measureBare } from './raw-kernel.ts';
import { openRunning } from './running-page.ts';

const characters = 10_000_000;
const [begin, end] = ['begins-', '-ends'];
const code = `print('${begin}' + 'x' * ${characters - begin.length - end.length} + '${end}')`;

/** Rows `longline`: one line of 10,000,000 characters, until its beginning is painted, and whether all of it is kept. */
export const measureLongLine: Measure = async ({ browser, sheet, farfield, rounds }, product) => {
  if (product.name === 'Farfield') {
    const expected = { characters: characters + 1, lines: 1 };
    sheet.put('longline.first', 'floor', await measureBare(farfield.gateway(), code, expected, rounds));
  }
  const figures = { first: [] as number[], lost: [] as number[], task: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const path = `long-line-${round}.ipynb`;
    const running = await openRunning(browser, product, path, ['1+1', code]);
    await running.select(1);
    const from = await running.now();
    const first = await running.run(1, { text: begin, finished: false, limitMs: 20_000 });
    figures.first.push(first);
    await running.until(1, { text: '', limitMs: 60_000 });
    await running.page.waitForTimeout(1500);
    figures.task.push(await running.longestTask(from));
    let [kept, tail] = [0, ''];
    for await (const piece of product.stored(running.page, path, 1)) {
      kept += piece.length;
      tail = (tail + Buffer.from(piece.subarray(-16)).toString('latin1')).slice(-16);
    }
    // The line's end is not counted: it is there when the last word is.
    figures.lost.push(tail.endsWith(`${end}\n`) ? Math.abs(characters + 1 - kept) : Math.max(1, characters - kept));
    await running.context.close();
    await product.endKernels();
  }
  for (const part of ['first', 'lost', 'task'] as const) sheet.put(`longline.${part}`, product.name, figures[part]);
};
