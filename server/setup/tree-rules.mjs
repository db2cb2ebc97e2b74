/**
 * The rules about the tree itself that neither the linter nor the import graph can see: barrels, files that must not
 * exist, and names that mean nothing. Used by `npm run check`; each rule has a planted violation in server/testing/fence-probe.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Top-level folders that hold code of the product. */
export const codeFolders = ['app', 'components', 'lib', 'server', 'e2e'];

const codeFile = /\.(ts|tsx|mts|mjs|cjs|js|jsx)$/;
const skippedFolder = /^(node_modules|__pycache__|fixtures|\..*)$/;

/** Next runs these files in front of or beside our own server, which alone sets headers and starts services. */
const nextHook = /^(src\/|app\/)?(proxy|middleware|instrumentation|instrumentation-client)\.[a-z]+$/;

const emptyWord = /^(utils?|helpers?|managers?)$/;
const emptyName = /^(data|infos?|common|misc|shared)$/;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * @param {string} root folder that holds app, components, lib, server
 * @returns {{ rule: string, file: string, message: string }[]}
 */
export function findTreeViolations(root) {
  const found = [];
  for (const file of [...topFiles(root), ...codeFolders.flatMap((folder) => walk(root, folder))]) {
    if (nextHook.test(file))
      found.push({ rule: 'no-next-hooks', file, message: 'server/http does what this file would.' });
    if (!codeFile.test(file) || !file.includes('/')) continue;
    if (basename(file).startsWith('index.')) {
      found.push({ rule: 'no-index', file, message: 'No barrels: import the file that has the thing.' });
    }
    if (/^\s*export\s+(type\s+)?\*/m.test(withoutComments(readFileSync(join(root, file), 'utf8')))) {
      found.push({ rule: 'no-export-star', file, message: 'No barrels: name what is exported, where it is written.' });
    }
    const badName = meaninglessName(file);
    if (badName !== null) found.push({ rule: 'names', file, message: badName });
  }
  return found;
}

function meaninglessName(file) {
  // Next decides the names in app: (groups), [params], page.tsx.
  const segments = file.startsWith('app/') ? [] : file.split('/');
  for (const segment of segments) {
    const stem = segment.split('.')[0] ?? '';
    if (!kebab.test(stem)) return `“${segment}” is not kebab-case.`;
    if (emptyName.test(stem) || stem.split('-').some((word) => emptyWord.test(word))) {
      return `“${segment}” says nothing: name the file for one noun or verb.`;
    }
  }
  return null;
}

function withoutComments(source) {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function topFiles(root) {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

function walk(root, folder) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skippedFolder.test(entry.name) ? [] : walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}
