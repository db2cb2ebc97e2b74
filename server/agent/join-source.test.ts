import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { engineProgram } from '#server/testing/engine-process.ts';
import { agentFiles, agentFolder, joinAgentSource } from './join-source.ts';

/** Prints what a text of Python gives at its top, and what its functions use that is neither there nor Python's own. */
const names = `
import builtins, json, symtable, sys
def uses(table):
    yield from (one.get_name() for one in table.get_symbols() if one.is_global() and one.is_referenced())
    for inner in table.get_children(): yield from uses(inner)
top = symtable.symtable(sys.stdin.read(), "source", "exec")
given = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported() or one.is_namespace()}
own = sorted(one.get_name() for one in top.get_symbols() if one.get_name() in given and not one.is_imported())
print(json.dumps([own, sorted(set(uses(top)) - given - set(dir(builtins)))]))
`;
const python = engineProgram('python', 'python');
const namesIn = (source: string): readonly [own: readonly string[], unknown: readonly string[]] =>
  JSON.parse(execFileSync(python, ['-I', '-c', names], { input: source, encoding: 'utf8' }));
const files = agentFiles.map((name) => [name, readFileSync(join(agentFolder, `${name}.py`), 'utf8')] as const);

it('joins every file that is there', () => {
  expect(readdirSync(agentFolder).filter((name) => name.endsWith('.py'))).toEqual(
    agentFiles.map((name) => `${name}.py`).toSorted(),
  );
});

it.each(files)('%s imports what it uses of the others', (_, source) => {
  expect(namesIn(source)[1]).toEqual([]);
});

it('no two files give the same name', () => {
  const given = files.flatMap(([, source]) => namesIn(source)[0]);
  expect(given.toSorted()).toEqual([...new Set(given)].toSorted());
});

it('is whole when it is joined, for Python 3.9 and later', () => {
  const source = joinAgentSource();
  expect(source).not.toMatch(/^\s*from \./m);
  expect(namesIn(source)[1]).toEqual([]);
  const parse = 'import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 9))';
  execFileSync(python, ['-I', '-c', parse], { input: source });
});
