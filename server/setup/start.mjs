// `npm start`: checks the flags, sets up what is missing, then runs the server under Node 24.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder, readFlags, serverNodeFlags, usage, venvsFolder } from './flags.mjs';
import { prepare } from './prepare.mjs';
import { printTrouble, SetupError } from './step.mjs';

const argv = process.argv.slice(2);
const flags = readFlags(argv, process.env);
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
if (flags.message !== undefined) {
  printTrouble(flags);
  process.exit(2);
}
try {
  const { node, missing } = await prepare(projectFolder, venvsFolder(process.env));
  if (missing !== null) printTrouble(missing);
  serve(node);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  printTrouble(error);
  process.exitCode = 1;
}

function serve(node) {
  const server = spawn(node, [...serverNodeFlags, join(projectFolder, 'server', 'main.ts'), ...argv], {
    cwd: projectFolder,
    env: { INIT_CWD: process.cwd(), ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal sends Ctrl-C to the whole group, so the server has it already; sent by `kill` it reaches this process alone.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || process.stdin.isTTY !== true) server.kill(signal);
    });
  }
  server.on('error', (error) => {
    printTrouble({
      message: `The server could not be started: ${error.message}`,
      hint: 'Remove node_modules and run npm start again.',
    });
    process.exitCode = 1;
  });
  server.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1);
  });
}
