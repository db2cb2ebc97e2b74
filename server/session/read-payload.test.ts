import { describe, expect, it } from 'vitest';
import type { JsonValue } from '#lib/core/json.ts';
import { readableData, readPayloads } from './read-payload.ts';

const page = { source: 'page', data: { 'text/plain': 'help' }, start: 0 };
const long = 'x'.repeat(1_000_001);

describe('payloads of an execute_reply', () => {
  it.each<[what: string, payload: JsonValue, read: unknown]>([
    ['a page', [page], [{ kind: 'page', data: { 'text/plain': 'help' } }]],
    ['a page without text', [{ source: 'page', data: { 'image/png': 'AAAA' } }], []],
    ['a page of the old form', [{ source: 'page', text: 'help' }], []],
    [
      'a next input',
      [{ source: 'set_next_input', text: 'x=1', replace: false }],
      [{ kind: 'nextInput', text: 'x=1', replace: false }],
    ],
    [
      'a next input in place of the cell',
      [{ source: 'set_next_input', text: 'x=1', replace: true }],
      [{ kind: 'nextInput', text: 'x=1', replace: true }],
    ],
    ['a next input that is no text', [{ source: 'set_next_input', text: 7 }], []],
    ['a next input too long to be inserted', [{ source: 'set_next_input', text: long }], []],
    ['leaving', [{ source: 'ask_exit', keepkernel: true }], [{ kind: 'refused', what: 'exit' }]],
    ['editing a file', [{ source: 'edit_magic', filename: '/etc/passwd' }], [{ kind: 'refused', what: 'edit' }]],
    ['something unknown', [{ source: 'else' }, null, 3, 'page'], []],
    ['no list', { source: 'page' }, []],
    ['nothing', null, []],
  ])('%s', (_what, payload, read) => {
    expect(readPayloads({ status: 'ok', payload })).toEqual(read);
  });

  it('reads no more than a page can be asked to show', () => {
    expect(readPayloads({ payload: Array.from({ length: 1_000 }, () => page) })).toHaveLength(16);
    expect(readPayloads('nothing')).toEqual([]);
  });

  it('cuts plain text and leaves markup out that is too long', () => {
    const data = readableData({ 'text/plain': long, 'text/html': long, 'text/markdown': 'short', 'image/png': 'AAAA' });
    expect(Object.keys(data)).toEqual(['text/plain', 'text/markdown']);
    expect(data['text/plain']).toHaveLength(1_000_002);
  });
});
