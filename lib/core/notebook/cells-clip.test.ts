import { describe, expect, test } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { clipInHtml, largestClip, readClip, writeClip } from './cells-clip.ts';
import type { CellContent } from './model.ts';

const cell = (source: string, rest: Partial<CellContent> = {}): CellContent => ({
  id: cellId('a'),
  type: 'code',
  source,
  metadata: {},
  ...rest,
});

describe('a clip of cells', () => {
  test('gives back what was written', () => {
    const cells = [
      cell('a = 1', { metadata: { tags: ['x'] } }),
      cell('# "T" <b>', { id: cellId('b'), type: 'markdown', attachments: { 'a.png': { 'image/png': 'AAAA' } } }),
    ];
    const forms = writeClip({ token: 't', cells });
    expect(forms.text).toBe('a = 1\n\n# "T" <b>');
    expect(readClip(forms.json)).toEqual({ token: 't', cells });
    expect(clipInHtml(forms.html)).toBe(forms.json);
    // As a browser writes it anew: signs that need no escape in an attribute have none.
    const anew = forms.html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'");
    expect(clipInHtml(`<html><body>${anew}</body></html>`)).toBe(forms.json);
  });

  test('its HTML is markup of ours around escaped text', () => {
    const { html } = writeClip({ token: '"><script>', cells: [cell('<img src=x onerror=alert(1)>"\'&')] });
    expect(html.match(/<[^>]*>/g)?.map((tag) => tag.slice(0, 5))).toEqual(['<div ', '<pre>', '</pre', '</div']);
    expect(html).toContain('<pre>&lt;img src=x onerror=alert(1)&gt;');
  });

  test('a cell of an unknown type becomes raw', () => {
    const { json } = writeClip({ token: 't', cells: [cell('x', { type: 'unknown' })] });
    expect(readClip(json)?.cells[0]?.type).toBe('raw');
  });

  test.each([
    ['no JSON', 'a = 1'],
    ['of somebody else', '{"cells":[{"source":"x"}]}'],
    ['no cells', '{"farfield":1,"token":"t","cells":[]}'],
    [
      'a source that is no text',
      '{"farfield":1,"token":"t","cells":[{"id":"a","type":"code","source":7,"metadata":{}}]}',
    ],
    ['an unknown type', '{"farfield":1,"token":"t","cells":[{"id":"a","type":"evil","source":"","metadata":{}}]}'],
    [
      'an endless id',
      `{"farfield":1,"token":"t","cells":[{"id":"${'a'.repeat(65)}","type":"code","source":"","metadata":{}}]}`,
    ],
    ['too much', `{"farfield":1,"token":"t","x":"${'a'.repeat(largestClip)}","cells":[]}`],
  ])('%s is none', (_, json) => {
    expect(readClip(json)).toBeNull();
  });
});
