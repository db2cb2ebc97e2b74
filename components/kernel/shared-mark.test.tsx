import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { SharedMark } from './shared-mark.tsx';

test.each([
  [1, 'Another front end is attached to this kernel: what is said while this server is away cannot be replayed.'],
  [3, '3 other front ends are attached to this kernel: what is said while this server is away cannot be replayed.'],
])('%s others: a mark with words for ears and eyes', (others, words) => {
  const html = renderToStaticMarkup(<SharedMark others={others} />);
  expect(html).toContain(`title="${words}"`);
  expect(html).toContain(`>${words}</span>`);
});

test('no mark while nobody else is there', () => {
  expect(renderToStaticMarkup(<SharedMark others={0} />)).toBe('');
});
