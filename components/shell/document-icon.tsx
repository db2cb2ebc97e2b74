import {
  Boxes,
  Braces,
  File,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  type LucideIcon,
  NotebookText,
  SquareTerminal,
} from 'lucide-react';
import { clusterOf } from '#lib/core/cluster/cluster-path.ts';
import { terminalOf } from '#lib/core/terminal/terminal-path.ts';
import { nameOf } from './locations.ts';

const byEnding: Readonly<Record<string, LucideIcon>> = {
  ipynb: NotebookText,
  csv: FileSpreadsheet,
  tsv: FileSpreadsheet,
  md: FileText,
  txt: FileText,
  log: FileText,
  json: Braces,
  png: FileImage,
  jpg: FileImage,
  jpeg: FileImage,
  gif: FileImage,
  webp: FileImage,
  svg: FileImage,
  bmp: FileImage,
  ico: FileImage,
  avif: FileImage,
  py: FileCode,
  r: FileCode,
  jl: FileCode,
  scala: FileCode,
  js: FileCode,
  ts: FileCode,
  sql: FileCode,
  sh: FileCode,
  yaml: FileCode,
  yml: FileCode,
  toml: FileCode,
  html: FileCode,
};

/** What kind of document it is, by its name. Decoration beside the name. */
export function DocumentIcon({ path }: { readonly path: string }) {
  const ofFile = byEnding[/\.([^.]+)$/.exec(nameOf(path))?.[1]?.toLowerCase() ?? ''] ?? File;
  const Icon = terminalOf(path) !== null ? SquareTerminal : clusterOf(path) !== null ? Boxes : ofFile;
  return <Icon size={14} strokeWidth={1.75} aria-hidden />;
}
