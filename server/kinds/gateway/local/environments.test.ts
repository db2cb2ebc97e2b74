import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findEnvironments, inspect, writeKernelspecs, type SearchPlace } from './environments.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const venvs = process.env['FARFIELD_VENVS'] ?? join(import.meta.dirname, '../../../../.venvs');
let root: string;
let place: SearchPlace;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'farfield-envs-')));
  place = { userHome: join(root, 'ada'), workspaceFolder: join(root, 'work'), env: {}, own: [], systemCondaRoots: [] };
  mkdirSync(place.userHome);
  mkdirSync(place.workspaceFolder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A conda environment as its folders look; conda itself is too large to install for a test. */
function makeConda(prefix: string, version: string, hasIpykernel: boolean): string {
  const site = join(prefix, 'lib', `python${version}`, 'site-packages');
  for (const folder of [site, join(prefix, 'conda-meta'), join(prefix, 'bin')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(prefix, 'bin', 'python'), '');
  if (hasIpykernel) {
    mkdirSync(join(site, 'ipykernel'));
    writeFileSync(join(site, 'ipykernel', '__init__.py'), '');
  }
  return prefix;
}

function makeVenv(prefix: string): string {
  execFileSync(join(venvs, 'python', 'bin', 'python'), ['-m', 'venv', '--without-pip', prefix]);
  return prefix;
}

function addIpykernel(prefix: string): void {
  const version = inspect('venv', prefix, '')?.version;
  const target = join(prefix, 'lib', `python${version}`, 'site-packages');
  for (const name of readdirSync(join(venvs, 'python', 'lib', `python${version}`, 'site-packages'))) {
    const link = join(target, name);
    symlinkSync(join(venvs, 'python', 'lib', `python${version}`, 'site-packages', name), link);
  }
}

test('finds conda environments in all their places, each once', () => {
  const base = makeConda(join(place.userHome, 'miniforge3'), '3.12', true);
  mkdirSync(join(base, 'condabin'));
  makeConda(join(base, 'envs', 'maps'), '3.11', true);
  makeConda(join(place.userHome, '.conda', 'envs', 'bare'), '3.10', false);
  const apart = makeConda(join(root, 'apart'), '3.13', true);
  mkdirSync(join(place.userHome, '.conda'), { recursive: true });
  writeFileSync(join(place.userHome, '.conda', 'environments.txt'), `${apart}\n${join(base, 'envs', 'maps')}\n/gone\n`);
  const found = findEnvironments({ ...place, env: { CONDA_PREFIX: base } });
  expect(found.map(({ label, version, hasIpykernel }) => [label, version, hasIpykernel])).toEqual([
    ['conda: base', '3.12', true],
    ['conda: maps', '3.11', true],
    ['conda: bare', '3.10', false],
    [`conda: ${apart}`, '3.13', true],
  ]);
  expect(found[2]?.addIpykernel).toBe(`conda install -p ${join(place.userHome, '.conda/envs/bare')} ipykernel`);
});

test('finds venvs of the workspace, of the shelf and the active one; a kernel of each really starts in it', () => {
  mkdirSync(join(place.workspaceFolder, 'project $HOME'));
  const inProject = makeVenv(join(place.workspaceFolder, 'project $HOME', '.venv'));
  makeVenv(join(place.userHome, '.virtualenvs', 'shelf'));
  const active = makeVenv(join(root, 'active'));
  addIpykernel(inProject);
  const found = findEnvironments({ ...place, env: { VIRTUAL_ENV: active } });
  expect(found.map(({ label, hasIpykernel }) => [label, hasIpykernel])).toEqual([
    ['venv: project $HOME/.venv', true],
    ['venv: shelf', false],
    [`venv: ${active}`, false],
  ]);
  // The command that is offered must name the environment's own interpreter.
  expect(found[1]?.addIpykernel).toBe(
    `${join(place.userHome, '.virtualenvs/shelf/bin/python')} -m pip install ipykernel`,
  );

  const kernels = join(root, 'kernels');
  const own = inspect('venv', join(venvs, 'python'), 'Farfield');
  expect(writeKernelspecs(kernels, own, found)).toBe('farfield-python');
  const names = readdirSync(kernels);
  expect(names).toHaveLength(2);
  const spec = JSON.parse(
    readFileSync(join(kernels, names.find((name) => name !== 'farfield-python') ?? '', 'kernel.json'), 'utf8'),
  );
  expect(spec.display_name).toBe(`Python ${found[0]?.version} (venv: project $HOME/.venv)`);
  const prefix = execFileSync(spec.argv[0], ['-c', 'import sys, ipykernel; print(sys.prefix)'], { encoding: 'utf8' });
  expect(prefix.trim()).toBe(inProject);
  // Jupyter replaces $NAME in env values; a dollar in a folder's name must come through.
  expect(spec.env.VIRTUAL_ENV).toBe(inProject.replaceAll('$', '$$$$'));
});

test('our own environments are not offered again', () => {
  const found = findEnvironments({
    ...place,
    env: { VIRTUAL_ENV: join(venvs, 'python') },
    own: [join(venvs, 'python')],
  });
  expect(found).toEqual([]);
});

test('kernelspecs of environments that went away are removed, those of the user stay', () => {
  const kernels = join(root, 'kernels');
  mkdirSync(join(kernels, 'mine'), { recursive: true });
  makeConda(join(place.userHome, 'miniconda3'), '3.12', true);
  expect(writeKernelspecs(kernels, null, findEnvironments(place))).toMatch(/^farfield-conda-miniconda3-/);
  expect(readdirSync(kernels)).toHaveLength(2);
  expect(writeKernelspecs(kernels, null, [])).toBeNull();
  expect(readdirSync(kernels)).toEqual(['mine']);
});
