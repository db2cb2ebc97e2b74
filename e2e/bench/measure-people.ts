import type { Measure } from './bench-run.ts';
import { cpuSeconds } from './machine.ts';
import { hundredCells, writeCells } from './notebooks.ts';
import { pause } from './steps.ts';

const people = 20;
const apartMs = 200;
const warmUpMs = 5000;
const measuredMs = 20_000;

/**
 * Row `people`: 20 people who type into one notebook, five keys a second each, every one in a cell of its own and with a
 * caret that all others see. JupyterLab has no such thing with its default settings.
 */
export const measurePeople: Measure = async ({ sheet, farfield }, product) => {
  if (product.name !== 'Farfield') return;
  const path = 'people.ipynb';
  writeCells(product.workspace, path, hundredCells);
  const typists = await Promise.all(Array.from({ length: people }, () => farfield.follow()));
  for (const one of typists) await one.open(path);
  const until = performance.now() + warmUpMs + measuredMs;
  const typing = typists.map(async (one, index) => {
    const keys: Promise<void>[] = [];
    // They do not press their keys in step.
    for (let at = performance.now() + (index * apartMs) / people; at < until; at += apartMs) {
      await pause(Math.max(0, at - performance.now()));
      const key = one.type(`cell-${1 + index}`, 'x');
      // Looked at in the end, not when it fails.
      key.catch(() => {});
      keys.push(key);
    }
    await Promise.all(keys);
    return keys.length;
  });
  await pause(warmUpMs);
  const [before, startedAt] = [cpuSeconds(product.pid), performance.now()];
  await pause(measuredMs);
  const share = (cpuSeconds(product.pid) - before) / ((performance.now() - startedAt) / 1000);
  const typed = (await Promise.all(typing)).reduce((sum, keys) => sum + keys, 0);
  for (const one of typists) one.stop();
  const wanted = (people * (warmUpMs + measuredMs)) / apartMs;
  if (typed < 0.95 * wanted) throw new Error(`only ${typed} of ${wanted} keys were typed`);
  sheet.put('people.core', product.name, [100 * share]);
};
