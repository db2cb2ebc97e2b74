import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shellActions } from '#components/shell/shell-actions.ts';
import { sheetMarkdown } from '#lib/client/actions/key-sheet.ts';
import { notebookActions } from './notebook-actions.ts';
import type { NotebookCommands } from './notebook-commands.ts';

// FARFIELD_WRITE_DOCS=1 npx vitest run components/notebook/key-sheet-doc.test.ts writes the sheet anew.

const file = new URL('../../docs/notebook.md', import.meta.url);
const [begin, end] = ['<!-- keys: begin -->', '<!-- keys: end -->'];

test('the key sheet of docs/notebook.md is that of the registry', () => {
  const nothing = () => undefined;
  const shell = shellActions({ openPalette: nothing, openKeys: nothing, toggleSidebar: nothing, showView: nothing });
  // Rows ask for commands only when they are carried out.
  const sheet = sheetMarkdown([...notebookActions(undefined as unknown as NotebookCommands), ...shell]);
  const text = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const [, after = ''] = rest.split(end);
  const written = `${before}${begin}\n\n${sheet}\n\n${end}${after}`;
  if (process.env['FARFIELD_WRITE_DOCS'] !== undefined) writeFileSync(file, written);
  expect(readFileSync(file, 'utf8')).toBe(written);
});
