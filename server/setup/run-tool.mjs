import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/**
 * Runs a program of node_modules/.bin in `root` and waits for its end. Its own `node` is found there first, so every
 * tool runs under the Node that the project brings.
 *
 * @param {string} root
 * @param {string} tool
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string, errors: string }>} code 127: the program is not installed
 */
export function runTool(root, tool, args) {
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, FORCE_COLOR: '0', NO_COLOR: '1' };
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, tool), args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    const errors = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => errors.push(chunk));
    child.on('error', (error) => {
      if (error.code === 'ENOENT') {
        resolve({ code: 127, output: '', errors: `${tool} is not installed: run npm ci` });
      } else reject(error);
    });
    child.on('close', (code) => {
      resolve({
        code: code ?? 1,
        output: Buffer.concat(output).toString('utf8'),
        errors: Buffer.concat(errors).toString('utf8'),
      });
    });
  });
}
