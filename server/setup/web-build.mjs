// The production build of the pages.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compressWeb, findUncompressed } from './compress-web.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';
import { runQuietly, SetupError, step } from './step.mjs';

const sources = [
  'app',
  'components',
  'lib',
  'public',
  'server/next-bridge.ts',
  'next.config.js',
  'next.config.mjs',
  'next.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
/** Built from other sources, not sources themselves. */
const built = new Set(['public/_frame', 'public/_a']);

export async function ensureWebBuild(root, node) {
  const hash = hashOf(root, sources, built);
  const stampPath = join(root, '.next', 'farfield-stamp');
  const isBuilt = existsSync(join(root, '.next', 'BUILD_ID'));
  if (!isBuilt || readStamp(stampPath) !== hash) await build(root, node, { isBuilt, hash, stampPath });
  // Looked at on its own: the pages work without, so an interrupted step must not cost a whole build.
  if (findUncompressed(root).length === 0) return;
  await step('Pages, compressed', 'they load in a quarter of the bytes', () => compressWeb(root));
}

async function build(root, node, { isBuilt, hash, stampPath }) {
  await step('Pages, next build', isBuilt ? 'their source has changed' : 'first start', async () => {
    rmSync(stampPath, { force: true });
    const program = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
    const { code, output } = await runQuietly(node, [program, 'build'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    });
    if (code !== 0) throw new SetupError('The pages could not be built.', 'The output above says where.', output);
    writeStamp(stampPath, hash);
  });
}
