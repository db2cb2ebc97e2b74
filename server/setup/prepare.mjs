// All that must be there before the server or the tests run. Cheap when nothing is to do: a few files are hashed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNodePackages, findNode } from './node-packages.mjs';
import { ensurePython } from './python.mjs';
import { ensureWebBuild } from './web-build.mjs';

/** Answers the Node 24 program and what is missing of Python (null: nothing). Throws SetupError when it cannot go on. */
export async function prepare(root, venvs) {
  const release = await takeTurn(root);
  try {
    await ensureNodePackages(root);
    const node = findNode(root);
    const missing = await ensurePython(root, venvs);
    await ensureWebBuild(root, node);
    return { node, missing };
  } finally {
    release();
  }
}

/** Two starts at once must not build into one folder: the second waits for the first. */
async function takeTurn(root) {
  const folder = join(root, '.farfield');
  const path = join(folder, 'setup.lock');
  mkdirSync(folder, { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readHolder(path);
    if (holder === null) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) process.stdout.write(`• Another set-up of this folder runs (process ${holder}); waiting for it …\n`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function readHolder(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Empty for the instant between its making and its writing.
    if (pid === 0) return 'unknown';
    process.kill(pid, 0);
    // After a crash the number may belong to another program.
    const command = process.platform === 'linux' ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : 'server/setup';
    return command.includes('server/setup') ? pid : null;
  } catch (error) {
    return error.code === 'EPERM' ? 'of another user' : null;
  }
}
