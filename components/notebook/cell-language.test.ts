import { describe, expect, it } from 'vitest';
import { cellLanguage, languageName, notebookLanguage, sourceLanguage } from './cell-language.ts';

describe('notebookLanguage', () => {
  it.each([
    [{ language_info: { name: 'python' } }, 'python'],
    [{ language_info: { name: 'R' }, kernelspec: { language: 'python' } }, 'r'],
    [{ kernelspec: { language: 'C#', name: '.net-csharp' } }, 'csharp'],
    [{ kernelspec: { name: 'python3' } }, 'python'],
    [{ language_info: { name: 'polyglot-notebook' }, kernelspec: { language: 'C#' } }, 'csharp'],
    [{ language_info: { name: 'pyspark' }, kernelspec: { language: '', name: 'pysparkkernel' } }, 'python'],
    [{ language_info: { name: 'brainfuck' } }, 'plaintext'],
    [{ language_info: 'broken' }, 'python'],
    [{}, 'python'],
  ])('%j → %s', (metadata, language) => {
    expect(notebookLanguage(metadata)).toBe(language);
  });
});

describe('cellLanguage and sourceLanguage', () => {
  it.each([
    ['code', {}, 'x = 1', 'python'],
    ['code', {}, '%%bash\nls', 'shell'],
    ['code', {}, '%%HTML\n<p>', 'html'],
    ['code', {}, '%%R -i df\nsummary(df)', 'r'],
    ['code', {}, '%%bigquery rows\nselect 1', 'sql'],
    ['code', {}, '%%script ruby\nputs 1', 'ruby'],
    ['code', {}, '%%script --bg sh\nls', 'python'],
    ['code', {}, '%%time\nx', 'python'],
    ['code', {}, '%%constructor\nx', 'python'],
    ['code', {}, ' %%bash', 'python'],
    ['code', {}, '#!fsharp\nlet a = 1', 'fsharp'],
    ['code', {}, '#!/usr/bin/env bash', 'python'],
    ['code', { polyglot_notebook: { kernelName: 'pwsh' } }, 'ls', 'powershell'],
    ['code', { dotnet_interactive: { language: 'html' } }, '<p>', 'html'],
    ['code', { vscode: { languageId: 'sql' } }, 'select 1', 'sql'],
    ['code', { vscode: { languageId: 'polyglot-notebook' } }, 'x', 'python'],
    ['code', { vscode: 'sql' }, 'x', 'python'],
    ['code', { vscode: { languageId: 'sql' } }, '%%bash', 'shell'],
    ['markdown', { vscode: { languageId: 'sql' } }, '%%bash', 'markdown'],
    ['raw', {}, 'x', 'plaintext'],
  ] as const)('%s %j %j → %s', (type, metadata, source, language) => {
    expect(sourceLanguage(type, source, cellLanguage({ type, metadata }, 'python'))).toBe(language);
  });
});

describe('languageName', () => {
  it.each([
    ['python', 'Python'],
    ['r', 'R'],
    ['csharp', 'C#'],
    ['plaintext', 'Text'],
  ])('%s → %s', (id, name) => {
    expect(languageName(id)).toBe(name);
  });
});
