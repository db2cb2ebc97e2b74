import { expect, it } from 'vitest';
import { draftOf, emptyDraft, readDraft, type TemplateDraft } from './template-draft.ts';

it('reads what was typed', () => {
  const typed = { label: ' big ', memory: '1,5', idle: '', environment: 'A=1=2\n\nKEPT\n' };
  expect(readDraft({ ...emptyDraft, ...typed }, ['KEPT'])).toEqual({
    label: 'big',
    kind: 'dask',
    size: { workers: 2, threads: 1, memoryBytes: 1_500_000_000 },
    idleMinutes: null,
    about: '',
    environment: [
      ['A', '1=2'],
      ['KEPT', null],
    ],
  });
});

it('a template comes back as it was', () => {
  const template = {
    id: 't',
    label: 'mine',
    kind: 'ray',
    size: { workers: 3, threads: 4, memoryBytes: 2_500_000_000 },
    idleMinutes: null,
    about: 'x',
    environment: ['A'],
    shipped: false,
    refusal: null,
    lastStartMs: null,
  } as const;
  expect(readDraft(draftOf({ ...template, environment: [...template.environment] }), ['A'])).toMatchObject({
    label: 'mine',
    kind: 'ray',
    size: template.size,
    idleMinutes: null,
    environment: [['A', null]],
  });
});

it.each<[Partial<TemplateDraft>, RegExp]>([
  [{ label: ' ' }, /no name/],
  [{ workers: '0' }, /workers/],
  [{ threads: '1.5' }, /threads/],
  [{ memory: 'much' }, /no size/],
  [{ idle: '-1' }, /minutes/],
  [{ environment: 'NEW' }, /variables/],
  [{ environment: '=hush' }, /^A line of the variables cannot be read\.$/],
])('%j is refused', (part, words) => {
  expect(readDraft({ ...emptyDraft, label: 'a', ...part }, [])).toMatchObject({
    message: expect.stringMatching(words),
  });
});
