import type { JsonObject } from '#lib/core/json.ts';
import { isJsonObject } from '#lib/core/json.ts';
import type { CellType } from '#lib/core/notebook/model.ts';

/** Names that kernels use for a language → the editor's id of it. Others pass as they are when the editor knows them. */
const editorIds: Readonly<Record<string, string>> = {
  python: 'python',
  python2: 'python',
  python3: 'python',
  ipython: 'python',
  ipython3: 'python',
  sage: 'python',
  pyspark: 'python',
  pysparkkernel: 'python',
  r: 'r',
  sparkrkernel: 'r',
  scala: 'scala',
  sparkkernel: 'scala',
  julia: 'julia',
  javascript: 'javascript',
  js: 'javascript',
  node: 'javascript',
  // JSON is a part of JavaScript as far as colours go; the editor's own JSON mode needs a worker.
  json: 'javascript',
  typescript: 'typescript',
  ts: 'typescript',
  deno: 'typescript',
  'c#': 'csharp',
  csharp: 'csharp',
  sql: 'sql',
  bash: 'shell',
  sh: 'shell',
  zsh: 'shell',
  shell: 'shell',
  'f#': 'fsharp',
  fsharp: 'fsharp',
  powershell: 'powershell',
  pwsh: 'powershell',
  'c++': 'cpp',
  cpp: 'cpp',
  c: 'cpp',
  perl: 'perl',
  ruby: 'ruby',
  java: 'java',
  go: 'go',
  gophernotes: 'go',
  rust: 'rust',
  html: 'html',
  svg: 'html',
  css: 'css',
  yaml: 'yaml',
  markdown: 'markdown',
};

/** The language of a notebook's code cells, from its metadata: `language_info` (the kernel's word) before `kernelspec`. */
export function notebookLanguage(metadata: JsonObject): string {
  const names = [
    text(part(metadata, 'language_info'), 'name'),
    text(part(metadata, 'kernelspec'), 'language'),
    text(part(metadata, 'kernelspec'), 'name'),
  ];
  const known = names.map((name) => editorLanguage(name)).find((id) => id !== null);
  // Most notebooks are Python, and one without metadata nearly always is.
  return known ?? (names.some((name) => name !== '') ? 'plaintext' : 'python');
}

/** Magics whose name is not the language that follows. */
const cellMagics: Readonly<Record<string, string>> = {
  bigquery: 'sql',
  sparksql: 'sql',
  md: 'markdown',
};

/** The editor's language id of a cell, as far as its type and metadata say; else the notebook's `language`. */
export function cellLanguage(
  { type, metadata }: { readonly type: CellType; readonly metadata: JsonObject },
  language: string,
): string {
  switch (type) {
    case 'markdown':
      return 'markdown';
    case 'raw':
    case 'unknown':
      return 'plaintext';
    case 'code':
      return ownLanguage(metadata) ?? language;
  }
}

/**
 * The language of a cell's text: `%%sql` or `#!sql` in its first line says another one than its `language` (cellLanguage).
 * Of `source` the first line is enough.
 */
export function sourceLanguage(type: CellType, source: string, language: string): string {
  if (type !== 'code') return language;
  const magic = /^(?:%%(?:script\s+)?|#!)(\w+)/.exec(source)?.[1]?.toLowerCase() ?? '';
  return own(cellMagics, magic) ?? editorLanguage(magic) ?? language;
}

/** What VS Code and Polyglot Notebooks write into a cell that has another language than its notebook. */
function ownLanguage(metadata: JsonObject): string | null {
  const names = [
    text(part(metadata, 'polyglot_notebook'), 'kernelName'),
    text(part(metadata, 'dotnet_interactive'), 'language'),
    text(part(metadata, 'vscode'), 'languageId'),
  ];
  return names.map((name) => editorLanguage(name)).find((id) => id !== null) ?? null;
}

const names: Readonly<Record<string, string>> = {
  cpp: 'C++',
  csharp: 'C#',
  css: 'CSS',
  fsharp: 'F#',
  html: 'HTML',
  javascript: 'JavaScript',
  plaintext: 'Text',
  powershell: 'PowerShell',
  sql: 'SQL',
  typescript: 'TypeScript',
  yaml: 'YAML',
};

/** A language as people write it. */
export function languageName(id: string): string {
  return own(names, id) ?? `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`;
}

const editorLanguage = (name: string) => own(editorIds, name.toLowerCase());

/** Names come from files: `constructor` is none of the table's. */
const own = (table: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(table, name) ? (table[name] ?? null) : null;

function part(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function text(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}
