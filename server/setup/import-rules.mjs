/**
 * Runs the import fences of .dependency-cruiser.cjs. The cruiser reports success when it could read nothing (it needs
 * @swc/core beside TypeScript 7), so the number of modules and of imports it saw is part of the answer.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './run-tool.mjs';
import { codeFolders } from './tree-rules.mjs';

/**
 * @param {string} root folder that holds the tree and its node_modules
 * @returns {Promise<{ modules: number, imports: number, violations: { rule: string, file: string, message: string }[] }>}
 */
export async function findImportViolations(root) {
  const folders = codeFolders.filter((folder) => existsSync(join(root, folder)));
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  const { output, errors } = await runTool(root, 'depcruise', args);
  let report;
  try {
    report = JSON.parse(output);
  } catch (cause) {
    throw new Error(`dependency-cruiser gave no report: ${errors.trim() || output.slice(0, 500)}`, { cause });
  }
  const ours = report.modules.filter((module) => folders.some((folder) => module.source.startsWith(`${folder}/`)));
  return {
    modules: ours.length,
    imports: ours.reduce((sum, module) => sum + module.dependencies.length, 0),
    violations: report.summary.violations.map(({ rule, from, to, cycle }) => ({
      rule: rule.name,
      file: from,
      message: cycle ? `cycle: ${[from, ...cycle.map((step) => step.name)].join(' → ')}` : `imports ${to}`,
    })),
  };
}
