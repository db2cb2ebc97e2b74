import { describe, expect, it } from 'vitest';
import { cellLanguage, notebookLanguage } from './cell-language.ts';

describe('notebookLanguage', () => {
  it.each([
    [{ language_info: { name: 'python' } }, 'python'],
    [{ language_info: { name: 'R' }, kernelspec: { language: 'python' } }, 'r'],
    [{ kernelspec: { language: 'C#', name: '.net-csharp' } }, 'csharp'],
    [{ kernelspec: { name: 'python3' } }, 'python'],
    [{ language_info: { name: 'brainfuck' } }, 'plaintext'],
    [{ language_info: 'broken' }, 'python'],
    [{}, 'python'],
  ])('%j → %s', (metadata, language) => {
    expect(notebookLanguage(metadata)).toBe(language);
  });
});

describe('cellLanguage', () => {
  it.each([
    ['code', 'x = 1', 'python'],
    ['code', '%%bash\nls', 'shell'],
    ['code', '%%time\nx', 'python'],
    ['markdown', '%%bash', 'markdown'],
    ['raw', 'x', 'plaintext'],
  ] as const)('%s %j → %s', (type, source, language) => {
    expect(cellLanguage(type, source, 'python')).toBe(language);
  });
});
