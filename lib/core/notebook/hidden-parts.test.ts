import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#lib/core/json.ts';
import { isHidden, isScrolled, withHidden, withScrolled, type HiddenPart } from './hidden-parts.ts';

const cases: readonly (readonly [metadata: JsonObject, part: HiddenPart, hidden: boolean, after: JsonObject])[] = [
  [{}, 'source', true, { jupyter: { source_hidden: true } }],
  [{ jupyter: { source_hidden: true } }, 'source', false, {}],
  [{ tags: ['a'], jupyter: { x: 1 } }, 'source', true, { tags: ['a'], jupyter: { x: 1, source_hidden: true } }],
  [{ jupyter: { x: 1, source_hidden: true } }, 'source', false, { jupyter: { x: 1 } }],
  [{}, 'outputs', true, { jupyter: { outputs_hidden: true }, collapsed: true }],
  [{ collapsed: true }, 'outputs', false, {}],
  [{ jupyter: { outputs_hidden: true } }, 'outputs', false, {}],
  [{ collapsed: false }, 'outputs', true, { jupyter: { outputs_hidden: true }, collapsed: true }],
  [{}, 'section', true, { 'jp-MarkdownHeadingCollapsed': true }],
  [{ 'jp-MarkdownHeadingCollapsed': true }, 'section', false, {}],
  [{ jupyter: 'text' }, 'source', true, { jupyter: { source_hidden: true } }],
];

describe('hidden parts', () => {
  test.each(cases)('%j: %s hidden %s', (metadata, part, hidden, after) => {
    const changed = withHidden(metadata, part, hidden);
    expect(changed).toEqual(after);
    expect(isHidden(changed, part)).toBe(hidden);
    expect(withHidden(changed, part, hidden)).toBe(changed);
  });

  test('what is no boolean hides nothing', () => {
    expect(isHidden({ collapsed: 'yes', jupyter: { source_hidden: 1 } }, 'outputs')).toBe(false);
    expect(isHidden({ jupyter: { source_hidden: 1 } }, 'source')).toBe(false);
  });

  test('scrolled: yes, no, or left to the screen', () => {
    expect(isScrolled({})).toBeNull();
    expect(isScrolled({ scrolled: 'auto' })).toBeNull();
    expect(withScrolled({}, true)).toEqual({ scrolled: true });
    expect(isScrolled(withScrolled({ scrolled: 'auto' }, false))).toBe(false);
  });
});
