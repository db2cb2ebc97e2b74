// Compresses the static files of the build once, so that no request waits for it: `x.js` gets `x.js.br` and `x.js.gz`.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Below this a header costs what compression saves. Bytes. */
const smallest = 1024;
/** Fonts and pictures are compressed already. */
const compressible = /\.(js|mjs|css|json|svg|txt|map|wasm|html)$/;

// Takes four times as long as 10, once a build, and saves one to two per cent of every first load.
const brotliQuality = 11;
const encoders = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        [constants.BROTLI_PARAM_LGWIN]: 24,
      },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

/** Files below `.next/static` that lack a variant, relative to it. */
export function findUncompressed(root) {
  const folder = join(root, '.next', 'static');
  const files = walk(folder, '');
  const known = new Set(files.map(({ name }) => name));
  return files
    .filter(({ name, bytes }) => bytes > smallest && compressible.test(name))
    .filter(({ name }) => Object.keys(encoders).some((ending) => !known.has(`${name}.${ending}`)))
    .map(({ name }) => name);
}

/**
 * Makes the variants that are missing. What was compressed in an earlier build is found by its content: a build changes
 * few of its files.
 */
export async function compressWeb(root) {
  const folder = join(root, '.next', 'static');
  // Next empties its folder at each build and leaves this one.
  const cache = join(root, '.next', 'cache', 'compressed');
  mkdirSync(cache, { recursive: true });
  const waiting = findUncompressed(root);
  // The largest first: the last one to end decides how long it takes.
  waiting.sort((one, other) => statSync(join(folder, other)).size - statSync(join(folder, one)).size);
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const bytes = readFileSync(join(folder, name));
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
      for (const [ending, encode] of Object.entries(encoders)) {
        const kept = join(cache, `${hash}.${brotliQuality}.${ending}`);
        if (!exists(kept)) writeWhole(kept, await encode(bytes));
        copyFileSync(kept, join(folder, `${name}.${ending}.new`));
        renameSync(join(folder, `${name}.${ending}.new`), join(folder, `${name}.${ending}`));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  forgetOld(cache);
}

/** Variants that no build has used for a month. */
function forgetOld(cache) {
  const oldest = Date.now() - 30 * 24 * 3600 * 1000;
  for (const { name } of walk(cache, '')) {
    if (statSync(join(cache, name)).atimeMs < oldest) rmSync(join(cache, name), { force: true });
  }
}

function writeWhole(path, bytes) {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}

function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function walk(folder, below) {
  let entries;
  try {
    entries = readdirSync(join(folder, below), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return walk(folder, name);
    return entry.isFile() ? [{ name, bytes: statSync(join(folder, name)).size }] : [];
  });
}
