// `npm run bench`: sets up what `npm test` does, measures in real Chromium and writes docs/benchmarks.md.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { benchUsage, readBenchFlags } from './bench-flags.mjs';
import { ensureChromium } from './browser.mjs';
import { projectFolder as root, venvsFolder } from './flags.mjs';
import { prepare } from './prepare.mjs';
import { ensureJupyterlab } from './python.mjs';
import { printTrouble, SetupError } from './step.mjs';

const argv = process.argv.slice(2);
const flags = readBenchFlags(argv);
if (flags.help) console.log(benchUsage);
else if (flags.message !== undefined) {
  printTrouble(flags);
  process.exitCode = 2;
} else await bench(flags.value);

async function bench({ against }) {
  try {
    const { node, missing } = await prepare(root, venvsFolder(process.env));
    const chromium = await ensureChromium(root, node, process.env);
    if (missing !== null) throw missing;
    if (chromium === null) {
      throw new SetupError(
        'The benchmark measures in Chromium, and there is none.',
        'Install it, or set CHROMIUM_PATH.',
      );
    }
    if (against === 'jupyterlab') await ensureJupyterlab(root, venvsFolder(process.env));
    const env = {
      ...process.env,
      CHROMIUM_PATH: chromium,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
    };
    const child = spawn(node, [join('e2e', 'bench', 'bench.ts'), ...argv], { cwd: root, stdio: 'inherit', env });
    child.on('exit', (code) => (process.exitCode = code ?? 1));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    printTrouble(error);
    process.exitCode = 1;
  }
}
