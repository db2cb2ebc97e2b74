// The table of faults: what the tests of e2e/faults left in test-results/fault-rows, for the terminal and for
// docs/reliability.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const heads = ['Fault', 'How', 'Lines', 'There', 'Marked', 'Doubled', 'Misplaced', 'Edits', 'Lost', 'Result'];
const begin = '<!-- faults: written by npm run test:faults -- --write-docs -->';
const end = '<!-- /faults -->';

/** All rows of a folder, in the order of their names. */
export function readRows(folder) {
  let names;
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (error.code === 'ENOENT') return []; // no test of a fault has run
    throw error;
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

/** The rows as a Markdown table, its columns padded. */
export function tableOf(rows) {
  const cells = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => [...row[column]].length)));
  const lines = cells.map((row) => `| ${row.map((text, column) => pad(text, widths[column])).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** Puts a table between the two marks of a document. */
export function writeTable(path, rows, machine) {
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table of faults`);
  const body = `${begin}\n\n${machine}\n\n${tableOf(rows)}\n\n`;
  writeFileSync(path, text.slice(0, from) + body + text.slice(to));
}

function cellsOf({ fault, how, lines, edits, note, result, seconds }) {
  const number = (value) => (value === undefined ? '' : value.toLocaleString('en'));
  const marked = lines === null ? '' : `${number(lines.marked)}${lines.unknown > 0 ? ` + ${lines.unknown} × ?` : ''}`;
  return [
    fault,
    [how, note].filter((part) => part !== '').join('; '),
    number(lines?.expected),
    number(lines?.received),
    marked,
    number(lines?.doubled),
    number(lines?.misplaced),
    number(edits?.acknowledged),
    number(edits?.lost),
    result === 'passed' || result === 'failed' ? `${result === 'passed' ? 'passed' : 'FAILED'}, ${seconds} s` : result,
  ].map((text) => text.replaceAll('|', '\\|'));
}

const pad = (text, width) => text + ' '.repeat(width - [...text].length);
