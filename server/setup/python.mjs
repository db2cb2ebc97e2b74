// The two Python environments: `gateway` runs the embedded Jupyter Server, `python` runs notebooks. They are apart so that
// nothing installed from a notebook can break the gateway. Without Python the set-up says so and goes on.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackages } from './debian.mjs';
import { ensureJava, linkJava } from './java.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';
import { runQuietly, SetupError, step } from './step.mjs';

const environments = [
  { name: 'gateway', what: 'Local gateway, Jupyter Server' },
  { name: 'python', what: 'Python for notebooks, with NumPy, pandas, Matplotlib' },
];

/** Environments that come with a link to a Java, `java`. */
const onJava = new Set(['spark']);

/** Answers null, or what is missing; the latter also lies in `missing.json` for the server to show. */
export async function ensurePython(root, venvs) {
  const missingPath = join(venvs, 'missing.json');
  const stale = environments.filter(({ name }) => !isCurrent(root, venvs, name));
  if (stale.length === 0) {
    rmSync(missingPath, { force: true });
    return null;
  }
  mkdirSync(venvs, { recursive: true });
  let missing = null;
  try {
    const tools = await findTools();
    for (const { name, what } of stale) {
      const why = existsSync(join(venvs, name)) ? 'its pins have changed, or it is incomplete' : 'first start';
      await step(`${what}, by ${tools.uv === null ? 'pip' : 'uv'}`, why, () => build(root, venvs, name, tools));
    }
    rmSync(missingPath, { force: true });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    missing = error;
    writeFileSync(missingPath, `${JSON.stringify({ message: error.message, hint: error.hint })}\n`);
  }
  return missing;
}

/** JupyterLab, for measuring beside it only: nothing of the product runs in this environment. Throws SetupError. */
export function ensureJupyterlab(root, venvs) {
  return ensureEnvironment(root, venvs, 'jupyterlab', 'JupyterLab');
}

/**
 * Any other environment that has a file of pins: engines on first use, and what tests run against. `announce` is told what
 * is done and does it, as `step` does. Throws SetupError, also when `signal` calls it off.
 */
export async function ensureEnvironment(root, venvs, name, what, options = {}) {
  const { why = 'asked for by the tests', announce = step, signal } = options;
  // First, since it may be what is missing: the packages are large.
  const java = onJava.has(name) ? await ensureJava(announce) : null;
  if (!isCurrent(root, venvs, name)) {
    mkdirSync(venvs, { recursive: true });
    const tools = await findTools();
    const by = tools.uv === null ? 'pip' : 'uv';
    await announce(`${what}, by ${by}`, why, () => build(root, venvs, name, { ...tools, signal }));
  }
  if (java !== null) linkJava(java, join(venvs, name, 'java'));
}

function requirementsOf(root, name) {
  return join(root, 'server', 'setup', 'requirements', `${name}.txt`);
}

function stampOf(root, name) {
  return hashOf(root, [`server/setup/requirements/${name}.txt`]);
}

function isCurrent(root, venvs, name) {
  // existsSync follows the link: a Python that was uninstalled makes its environments stale.
  const python = join(venvs, name, 'bin', 'python');
  return existsSync(python) && readStamp(join(venvs, name, 'farfield-stamp')) === stampOf(root, name);
}

async function build(root, venvs, name, tools) {
  const folder = join(venvs, name);
  const stampPath = join(folder, 'farfield-stamp');
  // With a stamp the environment was once whole: renew its pins in place and keep what the user has added.
  if (readStamp(stampPath) !== null && existsSync(join(folder, 'bin', 'python'))) {
    const renewed = await install(root, folder, name, tools);
    if (renewed.code === 0) {
      writeStamp(stampPath, stampOf(root, name));
      return;
    }
  }
  rmSync(folder, { recursive: true, force: true });
  await create(folder, tools);
  const { code, output } = await install(root, folder, name, tools);
  if (code !== 0) {
    throw new SetupError(
      `The Python packages of the ${name} environment could not be installed.`,
      'Check the network and the Python package index, then run npm start again.',
      output,
    );
  }
  writeStamp(stampPath, stampOf(root, name));
}

async function create(folder, tools) {
  if (tools.uv !== null) {
    const python = tools.python ?? '3.13';
    const { code, output } = await runQuietly(tools.uv, ['venv', '--quiet', '--python', python, folder], {
      signal: tools.signal,
    });
    if (code === 0) return;
    if (tools.python === null) {
      throw new SetupError(
        'uv could not make a Python environment.',
        'Install Python 3.10 or newer, then run npm start again.',
        output,
      );
    }
    rmSync(folder, { recursive: true, force: true });
  }
  const make = () => runQuietly(tools.python, ['-m', 'venv', folder], { env: pipEnvironment(), signal: tools.signal });
  let made = await make();
  if (
    made.code !== 0 &&
    /ensurepip|python3[\d.]*-venv/.test(made.output) &&
    (await installDebianPackages(['python3-venv']))
  ) {
    rmSync(folder, { recursive: true, force: true });
    made = await make();
  }
  if (made.code !== 0) {
    const isDebian = /ensurepip|python3[\d.]*-venv/.test(made.output);
    rmSync(folder, { recursive: true, force: true });
    throw new SetupError(
      isDebian ? 'Python is here, its venv module is not.' : 'Python could not make an environment.',
      isDebian
        ? 'Run: sudo apt install python3-venv, then npm start again.'
        : `Mend ${tools.python}, then run npm start again.`,
      made.output,
    );
  }
}

async function install(root, folder, name, tools) {
  const python = join(folder, 'bin', 'python');
  const requirements = requirementsOf(root, name);
  if (tools.uv !== null) {
    const byUv = await runQuietly(tools.uv, ['pip', 'install', '--quiet', '--python', python, '-r', requirements], {
      signal: tools.signal,
    });
    if (byUv.code === 0) return byUv;
    if (!existsSync(join(folder, 'bin', 'pip'))) await runQuietly(python, ['-m', 'ensurepip']);
  }
  // An index that does not answer costs pip minutes of retries per package; one second try finds all wheels of the first.
  const args = [
    '-I',
    '-m',
    'pip',
    'install',
    '--quiet',
    '--retries',
    '0',
    '--no-input',
    '--disable-pip-version-check',
    '-r',
    requirements,
  ];
  const options = { env: pipEnvironment(), signal: tools.signal };
  const first = await runQuietly(python, args, options);
  return first.code === 0 ? first : runQuietly(python, args, options);
}

function pipEnvironment() {
  const { PYTHONHOME: _home, PYTHONPATH: _path, ...env } = process.env;
  // `user = true` in a pip.conf makes pip refuse to work in an environment.
  return { ...env, PIP_USER: '0' };
}

/** uv when present and a Python of at least 3.10; throws the sentence for the person when there is neither. */
async function findTools() {
  const uv = (await runQuietly('uv', ['--version'])).code === 0 ? 'uv' : null;
  const python = await findPython();
  if (uv === null && python === null) {
    throw new SetupError(
      'No Python 3.10 or newer was found: notebooks open and can be edited, but not run here.',
      pythonCommand(),
    );
  }
  return { uv, python };
}

const newestTried = 14;

async function findPython() {
  let newer = null;
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.14', 'python']) {
    const { code, output } = await runQuietly(name, [
      '-I',
      '-c',
      'import sys; print(*sys.version_info[:2], sys.executable)',
    ]);
    const found = code === 0 ? /^(\d+) (\d+) (.+)$/.exec(output.trim()) : null;
    if (found === null || Number(found[1]) !== 3 || Number(found[2]) < 10) continue;
    if (Number(found[2]) <= newestTried) return found[3];
    newer ??= found[3]; // its wheels may not exist yet: last choice
  }
  return newer;
}

function pythonCommand() {
  const rows = [
    ['/usr/bin/apt-get', 'sudo apt install python3 python3-venv'],
    ['/usr/bin/dnf', 'sudo dnf install python3'],
    ['/usr/bin/pacman', 'sudo pacman -S python'],
    ['/usr/bin/zypper', 'sudo zypper install python313'],
    ['/sbin/apk', 'sudo apk add python3'],
    ['/opt/homebrew/bin/brew', 'brew install python@3.13'],
    ['/usr/local/bin/brew', 'brew install python@3.13'],
  ];
  const row = rows.find(([manager]) => existsSync(manager));
  const command = row === undefined ? 'install Python 3.10 or newer from https://python.org' : `run: ${row[1]}`;
  return `To run notebooks on this machine, ${command}, then npm start again.`;
}
