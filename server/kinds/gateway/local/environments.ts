import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/**
 * Python environments that this user has already: found by looking at folders, never by running anything. Those with
 * ipykernel become kernelspecs in the gateway's own data folder; the others are reported with the command that adds it.
 */
export type PythonEnvironment = {
  readonly kind: 'conda' | 'venv';
  /** As the person would call it: `conda: base`, `venv: project/.venv`. */
  readonly label: string;
  /** Absolute folder of the environment. */
  readonly prefix: string;
  /** Absolute path of its interpreter. */
  readonly python: string;
  /** `3.12` */
  readonly version: string;
  readonly hasIpykernel: boolean;
  /** The command that adds ipykernel to it. */
  readonly addIpykernel: string;
};

export type SearchPlace = {
  readonly userHome: string;
  readonly workspaceFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders of our own environments: never offered twice. */
  readonly own: readonly string[];
  /** Where machine-wide conda installations lie; tests name others. */
  readonly systemCondaRoots?: readonly string[];
};

const launcher = join(import.meta.dirname, 'kernel-launcher.py');
const condaNames = ['miniforge3', 'mambaforge', 'miniconda3', 'anaconda3', 'micromamba', 'mamba', 'conda'];
const systemConda = ['conda', 'miniforge3', 'mambaforge', 'miniconda3', 'anaconda3'].map((name) => `/opt/${name}`);
/** A folder with more entries than this is no place where environments are kept. */
const mostEntries = 500;

/** All environments, each once, in a stable order. */
export function findEnvironments(place: SearchPlace): PythonEnvironment[] {
  const seen = new Set(place.own.map(realPathOf));
  const found: PythonEnvironment[] = [];
  for (const { kind, prefix, label } of [...condaCandidates(place), ...venvCandidates(place)]) {
    const real = realPathOf(prefix);
    if (seen.has(real)) continue;
    const environment = inspect(kind, prefix, label);
    if (environment === null) continue;
    seen.add(real);
    found.push(environment);
  }
  return found;
}

/** Writes one kernelspec per environment that can run kernels, and removes those of earlier times. Answers the default's name. */
export function writeKernelspecs(
  kernelsFolder: string,
  own: PythonEnvironment | null,
  environments: readonly PythonEnvironment[],
): string | null {
  mkdirSync(kernelsFolder, { recursive: true, mode: 0o700 });
  for (const name of listFolder(kernelsFolder)) {
    // What the user has put here (`ipykernel install --user` in a notebook) stays.
    if (name.startsWith('farfield-')) rmSync(join(kernelsFolder, name), { recursive: true, force: true });
  }
  const names: string[] = [];
  const write = (name: string, environment: PythonEnvironment, displayName: string) => {
    mkdirSync(join(kernelsFolder, name), { recursive: true });
    writeFileSync(
      join(kernelsFolder, name, 'kernel.json'),
      `${JSON.stringify(kernelspec(environment, displayName), null, 1)}\n`,
    );
    names.push(name);
  };
  if (own?.hasIpykernel === true) write('farfield-python', own, `Python ${own.version} (Farfield)`);
  for (const environment of environments) {
    if (!environment.hasIpykernel) continue;
    const word = basename(environment.prefix)
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-');
    const hash = createHash('sha256').update(environment.prefix).digest('hex').slice(0, 8);
    write(
      `farfield-${environment.kind}-${word}-${hash}`,
      environment,
      `Python ${environment.version} (${environment.label})`,
    );
  }
  return names[0] ?? null;
}

/** Looks at one folder; null when it holds no Python environment. */
export function inspect(kind: 'conda' | 'venv', prefix: string, label: string): PythonEnvironment | null {
  const python = join(prefix, 'bin', 'python');
  const proof = kind === 'conda' ? 'conda-meta' : 'pyvenv.cfg';
  if (!existsSync(python) || !existsSync(join(prefix, proof))) return null;
  const settings = kind === 'venv' ? readSettings(join(prefix, proof)) : new Map<string, string>();
  const version = listFolder(join(prefix, 'lib'))
    .map((name) => /^python(3\.\d+)$/.exec(name)?.[1])
    .find((found) => found !== undefined);
  if (version === undefined) return null;
  const places = [join(prefix, 'lib', `python${version}`, 'site-packages')];
  const base = settings.get('home');
  if (settings.get('include-system-site-packages') === 'true' && base !== undefined) {
    places.push(
      join(dirname(base), 'lib', `python${version}`, 'site-packages'),
      join(dirname(base), 'lib', 'python3', 'dist-packages'),
    );
  }
  return {
    kind,
    label,
    prefix,
    python,
    version,
    hasIpykernel: places.some((folder) => existsSync(join(folder, 'ipykernel', '__init__.py'))),
    addIpykernel:
      kind === 'conda'
        ? `conda install -p ${shellWord(prefix)} ipykernel`
        : `${shellWord(python)} -m pip install ipykernel`,
  };
}

type Candidate = { readonly kind: 'conda' | 'venv'; readonly prefix: string; readonly label: string };

function condaCandidates(place: SearchPlace): Candidate[] {
  const { env, userHome } = place;
  const roots = [
    env['MAMBA_ROOT_PREFIX'],
    env['CONDA_EXE'] === undefined ? undefined : dirname(dirname(env['CONDA_EXE'])),
    ...condaNames.map((name) => join(userHome, name)),
    ...(place.systemCondaRoots ?? systemConda),
  ].filter((root) => root !== undefined);
  const listed = readText(join(userHome, '.conda', 'environments.txt'))
    .split('\n')
    .filter((line) => line.startsWith('/'));
  const prefixes = [
    ...roots,
    ...[...roots, join(userHome, '.conda')].flatMap((root) =>
      listFolder(join(root, 'envs')).map((name) => join(root, 'envs', name)),
    ),
    ...listed.map((line) => line.trim()),
    ...(env['CONDA_PREFIX'] === undefined ? [] : [env['CONDA_PREFIX']]),
  ];
  return prefixes.map((prefix) => {
    const isNamed = basename(dirname(prefix)) === 'envs';
    const isBase = existsSync(join(prefix, 'condabin')) || existsSync(join(prefix, 'envs'));
    const name = isNamed ? basename(prefix) : isBase ? 'base' : prefix;
    return { kind: 'conda', prefix, label: `conda: ${name}` };
  });
}

function venvCandidates(place: SearchPlace): Candidate[] {
  const { env, userHome, workspaceFolder } = place;
  const folders = [workspaceFolder, ...listFolder(workspaceFolder).map((name) => join(workspaceFolder, name))];
  const inWorkspace = folders.flatMap((folder) =>
    ['.venv', 'venv'].map((name) => ({
      prefix: join(folder, name),
      name: relative(workspaceFolder, join(folder, name)),
    })),
  );
  const shelf = env['WORKON_HOME'] ?? join(userHome, '.virtualenvs');
  const named = listFolder(shelf).map((name) => ({ prefix: join(shelf, name), name }));
  const active =
    env['VIRTUAL_ENV'] === undefined ? [] : [{ prefix: resolve(env['VIRTUAL_ENV']), name: env['VIRTUAL_ENV'] }];
  return [...inWorkspace, ...named, ...active].map(({ prefix, name }) => ({
    kind: 'venv',
    prefix,
    label: `venv: ${name}`,
  }));
}

function kernelspec(environment: PythonEnvironment, displayName: string): object {
  // Jupyter fills in $NAME in these values, so a dollar of our own is doubled.
  const prefix = environment.prefix.replaceAll('$', '$$$$');
  return {
    argv: [environment.python, '-Xfrozen_modules=off', launcher, '-f', '{connection_file}'],
    display_name: displayName,
    language: 'python',
    // As an activated environment has it, so that `!pip` and `!python` in a cell are this environment's.
    env: {
      PATH: `${prefix}/bin:\${PATH}`,
      [environment.kind === 'conda' ? 'CONDA_PREFIX' : 'VIRTUAL_ENV']: prefix,
    },
    metadata: { debugger: true, farfield: { prefix: environment.prefix } },
  };
}

function readSettings(path: string): Map<string, string> {
  const lines = readText(path).split('\n');
  return new Map(
    lines.map((line) => [line.split('=')[0]?.trim().toLowerCase() ?? '', line.slice(line.indexOf('=') + 1).trim()]),
  );
}

function listFolder(folder: string): string[] {
  try {
    const names = readdirSync(folder).sort();
    return names.length > mostEntries ? [] : names;
  } catch {
    return []; // absent or closed to us: nothing to offer from there
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // absent or closed to us
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // absent: compared as it is written
  }
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
