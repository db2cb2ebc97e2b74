/**
 * `npm run check`: everything about the source that can be known without running it. All steps run, whatever fails;
 * `npm run check -- lint fences` runs only the named ones. Exit code 1 when any failed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findImportViolations } from './import-rules.mjs';
import { runTool } from './run-tool.mjs';
import { findTreeViolations } from './tree-rules.mjs';

const root = process.cwd();

/** Each step answers null when all is well, else what is wrong. */
const steps = {
  types: checkTypes,
  lint: () => tool('oxlint', ['--type-aware', '--deny-warnings']),
  format: () => tool('oxfmt', ['--check']),
  fences: checkFences,
  unused: () => tool('knip', ['--no-progress']),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(steps, name));
if (unknown.length > 0) {
  console.error(`check: no step “${unknown.join(', ')}”. Steps: ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
if (!existsSync(join(root, 'node_modules', '.bin'))) {
  console.error(`check: nothing is installed in ${root}. Run: npm ci`);
  process.exit(2);
}

const failed = [];
for (const [name, step] of Object.entries(steps)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const startedAt = performance.now();
  const trouble = await step().catch((error) => `the step itself failed: ${error.stack ?? error}`);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${trouble === null ? 'ok  ' : 'FAIL'} ${name.padEnd(7)} ${seconds.padStart(6)} s`);
  if (trouble !== null) {
    failed.push(name);
    console.log(`\n${trouble.trimEnd().replaceAll(/^/gm, '  ')}\n`);
  }
}
if (failed.length > 0) {
  console.log(`check: ${failed.join(', ')} failed`);
  process.exitCode = 1;
}

async function tool(name, args) {
  const { code, output, errors } = await runTool(root, name, args);
  if (code === 0) return null;
  return `${output}${errors}`.trim() || `${name} ended with code ${code}`;
}

async function checkTypes() {
  // Next writes the types of style sheets and routes; a fresh clone has none yet.
  const typed = ['.next/types', '.next/dev/types'].some((folder) => existsSync(join(root, folder)));
  if (existsSync(join(root, 'app')) && !(typed && existsSync(join(root, 'next-env.d.ts')))) {
    const trouble = await tool('next', ['typegen']);
    if (trouble !== null) return trouble;
  }
  return tool('tsc', ['--noEmit', '--pretty', 'false']);
}

async function checkFences() {
  const { modules, imports, violations } = await findImportViolations(root);
  const lines = [...violations, ...findTreeViolations(root)].map(
    ({ rule, file, message }) => `${file}: ${message} [${rule}]`,
  );
  if (modules === 0 || imports === 0) {
    lines.push(`the import graph is empty (${modules} modules, ${imports} imports): is @swc/core installed?`);
  }
  return lines.length === 0 ? null : lines.join('\n');
}
