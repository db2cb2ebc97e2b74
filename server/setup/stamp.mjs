// Stamps say what a built thing was built from. They are written last, so an interrupted set-up has none and is redone.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function readStamp(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

export function writeStamp(path, stamp) {
  writeFileSync(`${path}.new`, `${stamp}\n`);
  renameSync(`${path}.new`, path);
}

/** Hash over the names and bytes of files and whole folders of `root`; what does not exist counts as such. */
export function hashOf(root, names, skip = new Set()) {
  const hash = createHash('sha256');
  const add = (name) => {
    if (skip.has(name)) return;
    const path = join(root, name);
    let entries;
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (error) {
      if (error.code !== 'ENOTDIR') {
        hash.update(`absent ${name}\n`);
        return;
      }
      const bytes = readFileSync(path);
      hash.update(`file ${name} ${bytes.length}\n`).update(bytes);
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!/\.(test|spec)\.tsx?$/.test(entry.name)) add(`${name}/${entry.name}`);
    }
  };
  for (const name of names) add(name);
  return hash.digest('hex');
}
