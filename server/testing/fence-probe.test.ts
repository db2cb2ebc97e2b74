import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImportViolations } from '../setup/import-rules.mjs';
import { runTool } from '../setup/run-tool.mjs';
import { findTreeViolations } from '../setup/tree-rules.mjs';
import { barePlants, fencePlants, lintPlants, sound, treePlants, type Plant } from './fence-plants.ts';

/**
 * A fence that nobody tries is a good intention. Two small houses are built in temporary folders under the configuration
 * files of this repository: one is sound and must pass, the other has one planted violation per rule, each of which
 * must be caught in the planted file by the rule that is meant to catch it.
 */

const repository = resolve(import.meta.dirname, '../..');
const configuration = ['.oxlintrc.json', '.oxfmtrc.json', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'];

type Finding = { readonly rule: string; readonly file: string };

const houses: string[] = [];

function build(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'farfield-fences-'));
  houses.push(root);
  for (const name of configuration) cpSync(join(repository, name), join(root, name));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** All findings of the linter as `plugin(rule)` with the file they are in. */
async function lint(root: string): Promise<Finding[]> {
  const { output, errors } = await runTool(root, 'oxlint', ['--type-aware', '--format', 'json']);
  if (!output.trimStart().startsWith('{')) throw new Error(`oxlint gave no report: ${errors}${output}`);
  const report = JSON.parse(output) as { diagnostics: { code?: string; filename: string }[] };
  return report.diagnostics.map(({ code, filename }) => ({ rule: code ?? 'none', file: filename }));
}

async function check(root: string): Promise<{ fences: Finding[]; lint: Finding[]; modules: number }> {
  const { modules, violations } = await findImportViolations(root);
  return { modules, fences: [...violations, ...findTreeViolations(root)], lint: await lint(root) };
}

const merged = (plants: readonly Plant[]) => Object.assign({}, ...plants.map((plant) => plant.files));
const plants = [...fencePlants, ...treePlants, ...lintPlants];

afterAll(() => {
  for (const root of houses) rmSync(root, { recursive: true, force: true });
});

describe('a sound house', () => {
  it('passes every fence and every lint rule', async () => {
    const found = await check(build(sound));
    expect(found.fences).toEqual([]);
    expect(found.lint).toEqual([]);
    expect(found.modules).toBeGreaterThan(10);
  });
});

describe('planted violations', () => {
  let found: Awaited<ReturnType<typeof check>>;
  beforeAll(async () => {
    found = await check(build({ ...sound, ...merged(plants) }));
  });

  it.each([...fencePlants, ...treePlants])('$what: caught by $rule', ({ rule, files }) => {
    const [planted] = Object.keys(files);
    expect(found.fences.filter((finding) => finding.rule === rule).map((finding) => finding.file)).toContain(planted);
  });

  it.each(lintPlants)('$what: caught by $rule', ({ rule, files }) => {
    const [planted] = Object.keys(files);
    expect(found.lint.filter((finding) => finding.rule === rule).map((finding) => finding.file)).toContain(planted);
  });

  it('nothing of the sound house is blamed', () => {
    const planted = new Set(plants.flatMap((plant) => Object.keys(plant.files)));
    const blamed = [...found.fences, ...found.lint].filter(({ file }) => file in sound && !planted.has(file));
    expect(blamed).toEqual([]);
  });

  it('every rule of the import fences has its plant', () => {
    const { forbidden } = createRequire(import.meta.url)(join(repository, '.dependency-cruiser.cjs')) as {
      forbidden: { name: string }[];
    };
    const planted = new Set(fencePlants.map((plant) => plant.rule));
    expect(forbidden.map((rule) => rule.name).filter((name) => !planted.has(name))).toEqual([]);
  });
});

describe('npm run check', () => {
  const runCheck = (root: string, ...steps: string[]) => {
    const node = join(repository, 'node_modules/.bin/node');
    const script = join(repository, 'server/setup/check.mjs');
    try {
      const output = execFileSync(node, [script, ...steps], { cwd: root, encoding: 'utf8' });
      return { code: 0, output };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return { code: status, output: stdout };
    }
  };

  it('passes a sound house and names each step', () => {
    const { code, output } = runCheck(build(sound), 'lint', 'format', 'fences');
    expect(output.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ok {3}lint +[\d.]+ s$/),
      expect.stringMatching(/^ok {3}format +[\d.]+ s$/),
      expect.stringMatching(/^ok {3}fences +[\d.]+ s$/),
    ]);
    expect(code).toBe(0);
  });

  it('runs every step after a failure, says where, and exits with 1', () => {
    const plant = barePlants.unformattedAndForbidden;
    const { code, output } = runCheck(build({ ...sound, ...plant.files }), 'lint', 'format', 'fences');
    expect(output).toMatch(/^FAIL lint/m);
    expect(output).toMatch(/^FAIL format/m);
    expect(output).toMatch(/^FAIL fences/m);
    expect(output).toContain(Object.keys(plant.files)[0]);
    expect(output).toContain('check: lint, format, fences failed');
    expect(code).toBe(1);
  });

  it('fails when the import graph is empty, as it is when the parser is missing', () => {
    const { code, output } = runCheck(build({ 'lib/core/lonely.ts': 'export const lonely = 1;\n' }), 'fences');
    expect(output).toContain('the import graph is empty (1 modules, 0 imports)');
    expect(code).toBe(1);
  });

  it('refuses a step that does not exist', () => {
    expect(runCheck(build(sound), 'everything').code).toBe(2);
  });
});
