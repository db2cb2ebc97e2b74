// `npm run login`: asks the running server of a state folder for a new one-time sign-in link.
import { createConnection } from 'node:net';
import { controlSocketPath, readFlags } from './flags.mjs';
import { printTrouble } from './step.mjs';

const flags = readFlags(process.argv.slice(2), process.env);
if (flags.help) {
  console.log(
    'npm run login [-- --home STATE_DIR]\n\nPrints a new sign-in link of the server that uses this state folder.',
  );
} else if (flags.message !== undefined) {
  printTrouble(flags);
  process.exitCode = 2;
} else {
  await login(flags.value.homeFolder);
}

async function login(home) {
  const reply = await ask(controlSocketPath(home), { ask: 'code' }).catch((error) => error);
  if (!(reply instanceof Error) && typeof reply.url === 'string') {
    console.log(reply.url);
    return;
  }
  const isAbsent = reply instanceof Error && ['ENOENT', 'ECONNREFUSED'].includes(reply.code);
  const message = isAbsent
    ? `No Farfield server runs with the state folder ${home}.`
    : `The server of ${home} gave no link: ${reply instanceof Error ? reply.message : (reply.error ?? 'unknown answer')}.`;
  const hint = isAbsent
    ? 'Start one with npm start, or name its state folder: npm run login -- --home STATE_DIR'
    : 'Restart it, then try again.';
  printTrouble({ message, hint });
  process.exitCode = 1;
}

function ask(path, question) {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let text = '';
    socket.setEncoding('utf8').setTimeout(5000, () => socket.destroy(new Error('it does not answer')));
    socket.on('connect', () => socket.write(`${JSON.stringify(question)}\n`));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new Error('its answer cannot be read'));
      }
    });
  });
}
