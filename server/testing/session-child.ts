import { SessionBench } from './session-bench.ts';

/** A process that runs one cell on a session host until it is killed: `session-child.ts <url> <token> <folder> <code>`. */
const [url = '', token = '', folder = '', code = ''] = process.argv.slice(2);
const bench = await new SessionBench({ url, token }, folder).open();
const cell = bench.source.set('a', code);
await bench.start();
await bench.run(cell);
let told = -1;
setInterval(() => {
  const lines = bench.text(cell).split('\n').length - 1;
  if (lines !== told) process.stdout.write(`${(told = lines)}\n`);
}, 10);
