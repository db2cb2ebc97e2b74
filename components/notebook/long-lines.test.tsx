import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { BrokenNotebook } from './broken-notebook.tsx';
import { ConflictView } from './conflict-view.tsx';

const nothing = () => undefined;

test('a broken notebook of one line is shown around its fault', () => {
  const text = `${'a'.repeat(600_000)}!${'b'.repeat(600_000)}`;
  const problem = { message: 'no comma', line: 1, column: 600_001 };
  const broken = { path: 'a.ipynb', text, hash: 'h', problem, repair: null };
  const html = renderToStaticMarkup(<BrokenNotebook broken={broken} onReopen={nothing} />);
  expect(html.length).toBeLessThan(10_000);
  expect(html).toMatch(/… a+<mark[^>]*>!<\/mark>b+ … 599,000 more characters/);
});

test('of a broken notebook with many lines those near the fault are shown', () => {
  const text = Array.from({ length: 100_000 }, (_, line) => `line ${line + 1}`).join('\n');
  const broken = {
    path: 'a.ipynb',
    text,
    hash: 'h',
    problem: { message: 'no comma', line: 500, column: 1 },
    repair: null,
  };
  const html = renderToStaticMarkup(<BrokenNotebook broken={broken} onReopen={nothing} />);
  expect(html.match(/>line \d/g)?.length ?? 0).toBeLessThan(402);
  expect(html).toContain('Show more of 100,000 lines');
});

test('versions that have nothing in common are shown without being compared to the end', () => {
  const [ours, theirs] = ['mine', 'theirs'].map((word) =>
    Array.from({ length: 50_000 }, (_, line) => `${word} ${line}`).join('\n'),
  );
  const conflict = { cellId: cellId('a'), ours: ours ?? '', theirs: theirs ?? '' };
  const html = renderToStaticMarkup(<ConflictView conflict={conflict} onChoose={nothing} />);
  expect(html.match(/>\+ </g)).toHaveLength(2_000);
  expect(html.length).toBeLessThan(1_000_000);
});
