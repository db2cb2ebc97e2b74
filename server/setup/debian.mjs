import { existsSync } from 'node:fs';
import { runQuietly } from './step.mjs';

/** Installs packages by apt when that is possible without asking: as root, on Debian. */
export async function installDebianPackages(names) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runQuietly('apt-get', ['update'], { env });
  return (await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env })).code === 0;
}
