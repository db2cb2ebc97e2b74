// Chromium for the journeys in e2e/.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installDebianPackages } from './debian.mjs';
import { runQuietly, step } from './step.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macChrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** CHROMIUM_PATH, else a Chromium on PATH, else the one that Playwright has downloaded; null when there is none. */
export function findChromium(env) {
  if (env.CHROMIUM_PATH) return isProgram(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : null;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (onPath !== undefined) return onPath;
  return isProgram(macChrome) ? macChrome : findDownloaded(env);
}

/** Finds Chromium, or fetches one where that needs no question; null when there is none in the end. */
export async function ensureChromium(root, node, env) {
  const found = findChromium(env);
  if (found !== null || env.CHROMIUM_PATH) return found;
  return step('Chromium for the browser tests', 'none was found', async () => {
    if (await installDebianPackages(['chromium'])) return findChromium(env);
    const program = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
    await runQuietly(node, [program, 'install', 'chromium'], { cwd: root });
    return findChromium(env);
  });
}

function findDownloaded(env) {
  const cache = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  const folder = env.PLAYWRIGHT_BROWSERS_PATH ?? join(cache, 'ms-playwright');
  if (!existsSync(folder)) return null;
  const programs = readdirSync(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .flatMap((name) => ['chrome-linux64/chrome', 'chrome-linux/chrome'].map((path) => join(folder, name, path)));
  return programs.find(isProgram) ?? null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
