import { execFileSync } from 'node:child_process';

/** A fresh sign-in link, as `npm run login` prints it. */
export async function askForLink(home: string): Promise<string> {
  const output = execFileSync('node_modules/.bin/node', ['server/setup/login.mjs', '--home', home], {
    cwd: new URL('../', import.meta.url).pathname,
    encoding: 'utf8',
  });
  const link = /http:\/\/\S+#code=\S+/.exec(output)?.[0];
  if (link === undefined) throw new Error(`no link in: ${output}`);
  return link;
}
