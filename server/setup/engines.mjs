// What `npm run test:engines` runs against: real gateways and engines, each in an environment of its own below `.venvs`.
// Nothing of the product needs them. One that cannot be had here is named with the reason, and its tests are skipped.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureEnvironment } from './python.mjs';
import { readStamp, writeStamp } from './stamp.mjs';
import { runQuietly, SetupError, step } from './step.mjs';

const proxyVersion = '5.3.0';

const engines = [
  { name: 'enterprise-gateway', what: 'Enterprise Gateway 3.3', after: fetchLaunchers },
  { name: 'kernel-gateway', what: 'Kernel Gateway 3' },
  { name: 'jupyterhub', what: 'JupyterHub 6', after: fetchHubProxy },
  { name: 'dask', what: 'Dask 2026.8' },
  { name: 'spark', what: 'Spark 4.3' },
  { name: 'ray', what: 'Ray 2.60' },
];

/** Makes what is missing; answers one line for each engine that cannot be had. Also in `.venvs/engines.json`, for the tests. */
export async function ensureEngines(root, venvs) {
  mkdirSync(venvs, { recursive: true });
  const missing = {};
  for (const { name, what, after } of engines) {
    try {
      await ensureEnvironment(root, venvs, name, what);
      await after?.(join(venvs, name));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      missing[name] = `${what}: not run: ${error.message}${error.hint ? ` ${error.hint}` : ''}`;
    }
  }
  writeFileSync(join(venvs, 'engines.json'), `${JSON.stringify({ missing })}\n`);
  return Object.values(missing);
}

/** Its launchers for kernels on other machines are in the source package alone. */
async function fetchLaunchers(folder) {
  const stampPath = join(folder, 'launchers-stamp');
  if (readStamp(stampPath) === '3.3.0' && existsSync(join(folder, 'launchers'))) return;
  const work = join(folder, 'source');
  rmSync(work, { recursive: true, force: true });
  const pip = ['-I', '-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', '--dest', work];
  const python = join(folder, 'bin', 'python');
  const got = await runQuietly(python, [...pip, 'jupyter_enterprise_gateway==3.3.0']);
  const archive = got.code === 0 ? readdirSync(work).find((file) => file.endsWith('.tar.gz')) : undefined;
  if (archive === undefined) throw new SetupError('its source package could not be fetched.', '', got.output);
  mkdirSync(join(folder, 'launchers'), { recursive: true });
  const unpacked = await runQuietly('tar', [
    'xzf',
    join(work, archive),
    '-C',
    join(folder, 'launchers'),
    '--strip-components=3',
    '--wildcards',
    '*/etc/kernel-launchers/*',
  ]);
  rmSync(work, { recursive: true, force: true });
  if (unpacked.code !== 0) throw new SetupError('its launchers could not be unpacked.', '', unpacked.output);
  writeStamp(stampPath, '3.3.0');
}

async function fetchHubProxy(folder) {
  const program = join(folder, 'proxy', 'node_modules', '.bin', 'configurable-http-proxy');
  const stampPath = join(folder, 'proxy-stamp');
  if (existsSync(program) && readStamp(stampPath) === proxyVersion) return;
  await step('the proxy of JupyterHub, by npm', 'first run', async () => {
    const prefix = join(folder, 'proxy');
    mkdirSync(prefix, { recursive: true });
    writeFileSync(join(prefix, 'package.json'), '{"private":true}\n');
    const args = ['install', '--no-audit', '--no-fund', '--save-exact', `configurable-http-proxy@${proxyVersion}`];
    const { code, output } = await runQuietly('npm', args, { cwd: prefix });
    if (code !== 0) throw new SetupError('its proxy could not be installed.', '', output);
  });
  writeStamp(stampPath, proxyVersion);
}
