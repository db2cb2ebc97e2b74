import type { JsonObject } from '#lib/core/json.ts';
import { isJsonObject } from '#lib/core/json.ts';
import type { CellType } from '#lib/core/notebook/model.ts';

/** Names that kernels use for a language → the editor's id of it. Others pass as they are when the editor knows them. */
const editorIds: Readonly<Record<string, string>> = {
  python: 'python',
  python3: 'python',
  ipython: 'python',
  ipython3: 'python',
  sage: 'python',
  r: 'r',
  scala: 'scala',
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
  'c++': 'cpp',
  cpp: 'cpp',
  c: 'cpp',
  java: 'java',
  go: 'go',
  gophernotes: 'go',
  rust: 'rust',
  html: 'html',
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

/** First-line magics that say which language follows. */
const cellMagics: Readonly<Record<string, string>> = {
  bash: 'shell',
  sh: 'shell',
  sql: 'sql',
  html: 'html',
  HTML: 'html',
  javascript: 'javascript',
  js: 'javascript',
  markdown: 'markdown',
  R: 'r',
};

/** The editor's language id of one cell. */
export function cellLanguage(type: CellType, source: string, language: string): string {
  switch (type) {
    case 'markdown':
      return 'markdown';
    case 'raw':
    case 'unknown':
      return 'plaintext';
    case 'code': {
      const magic = /^%%(\w+)/.exec(source)?.[1];
      return (magic === undefined ? undefined : cellMagics[magic]) ?? language;
    }
  }
}

const editorLanguage = (name: string) => editorIds[name.toLowerCase()] ?? null;

function part(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function text(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}
