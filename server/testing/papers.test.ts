import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { routes } from '#lib/protocol/http/routes.ts';

/** The papers promise to be complete in places; these are the places. */

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');

type Versions = Readonly<Record<string, string>>;
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as {
  dependencies: Versions;
  devDependencies: Versions;
  optionalDependencies: Versions;
};

describe('docs/decisions/001-dependencies.md', () => {
  const paper = read('docs/decisions/001-dependencies.md');

  it('has a line for each dependency, at its version', () => {
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(all.filter(([name, version]) => !paper.includes(`${name} ${version}`))).toEqual([]);
  });

  it('has no line for what is gone', () => {
    const known = { ...dependencies, ...devDependencies, ...optionalDependencies };
    const named = [...paper.matchAll(/^[|-]? ?((?:@[\w.-]+\/)?[\w.-]+) \d+\.\d+\.\d+/gm)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
  });

  it('every version is exact', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});

describe('docs/automation.md', () => {
  it('names every route with its summary', () => {
    const paper = read('docs/automation.md');
    const lines = Object.values(routes).map(({ method, path, summary }) => `| \`${method} ${path}\` | ${summary} |`);
    expect(lines.filter((line) => !paper.includes(line))).toEqual([]);
  });
});

describe('docs/ARCHITECTURE.md', () => {
  it('names files that exist', () => {
    const paper = read('docs/ARCHITECTURE.md');
    const files = [...paper.matchAll(/`((?:lib|server|components|app)\/[\w/.-]+\.(?:ts|mjs))`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => read(path).length === 0)).toEqual([]);
  });
});
