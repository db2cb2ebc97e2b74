import { endingOf } from './open-file.ts';

const byEnding: Readonly<Record<string, string>> = {
  py: 'python',
  pyi: 'python',
  r: 'r',
  jl: 'julia',
  scala: 'scala',
  sc: 'scala',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  // The editor's own JSON mode needs a worker; as far as colours go it is a part of JavaScript.
  json: 'javascript',
  jsonl: 'javascript',
  geojson: 'javascript',
  ts: 'typescript',
  tsx: 'typescript',
  cs: 'csharp',
  java: 'java',
  go: 'go',
  rs: 'rust',
  c: 'cpp',
  h: 'cpp',
  cc: 'cpp',
  cpp: 'cpp',
  hpp: 'cpp',
  sql: 'sql',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  html: 'html',
  htm: 'html',
  svg: 'html',
  xml: 'html',
  yaml: 'yaml',
  yml: 'yaml',
  md: 'markdown',
  markdown: 'markdown',
};

/** The editor's language of a file, by its ending. */
export function fileLanguage(path: string): string {
  return byEnding[endingOf(path)] ?? 'plaintext';
}

export function isProse(path: string): boolean {
  return ['md', 'markdown', 'txt', 'log', 'rst', ''].includes(endingOf(path));
}
