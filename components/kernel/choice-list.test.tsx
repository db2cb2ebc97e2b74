import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ChoiceList } from './choice-list.tsx';
import type { Line } from './choices.ts';

const lineOf = (at: number, refusal: string | null = null): Line => {
  const key = `cluster:${at}`;
  const words = { title: `night ${at}`, about: 'Dask', distance: 'far', use: 'ready', note: '1 of 2 threads free' };
  return { key, kernel: null, other: { ...words, key, mark: 'idle', current: false, refusal } };
};
const nothing = () => undefined;
const list = (lines: readonly Line[], selected: string) =>
  renderToStaticMarkup(
    <ChoiceList
      id="list"
      optionId={(key) => key}
      sections={[{ title: 'Clusters', lines }]}
      selected={selected}
      disabled={false}
      now={0}
      onSelect={nothing}
      onChoose={nothing}
    />,
  );
const count = (html: string) => html.split('role="option"').length - 1;

test('of many lines the first are in the page, and those around the selected one', () => {
  const many = Array.from({ length: 600 }, (_, at) => lineOf(at));
  expect(count(list(many, 'cluster:0'))).toBe(24);
  expect(list(many, 'cluster:400')).toContain('id="cluster:400"');
});

test('what cannot be chosen says so, and why', () => {
  const html = list([lineOf(0), lineOf(1, 'The kernel does not reach it: refused')], 'cluster:0');
  expect(html.split('aria-disabled="true"').length - 1).toBe(1);
  expect(html).toContain('The kernel does not reach it: refused');
  expect(html).toContain('1 of 2 threads free');
});
