import { describe, expect, it } from 'vitest';
import { workspaceUrl } from './workspace-url.ts';

const url = (path: string) => `/api/v1/files/content?path=${path}`;

describe('workspaceUrl', () => {
  it.each([
    ['reports/a.ipynb', 'plot.png', url('reports%2Fplot.png')],
    ['reports/a.ipynb', './img/plot.png', url('reports%2Fimg%2Fplot.png')],
    ['reports/a.ipynb', '../data/x.png', url('data%2Fx.png')],
    ['a.ipynb', 'two%20words.png', url('two+words.png')],
    ['a.ipynb', 'x.png?v=2#top', url('x.png')],
    ['reports/a.ipynb', '/x.png', url('x.png')],
    ['a.ipynb', '../x.png', null],
    ['reports/a.ipynb', '../../x.png', null],
    ['a.ipynb', '%', null],
    ['a.ipynb', '', null],
  ])('%s: %s → %s', (notebook, address, expected) => {
    expect(workspaceUrl(notebook, address)).toBe(expected);
  });
});
