// Java, which Spark runs on: found where it usually is, else installed by apt when that needs no question (root, Debian).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installDebianPackages } from './debian.mjs';
import { SetupError } from './step.mjs';

const leastVersion = 17;

/** Below these each Java has a folder of its own. */
const usualFolders = [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
  join(process.env.HOME ?? '/', '.sdkman/candidates/java'),
];

/**
 * The home of a Java that is new enough. Installs one where there is none; `announce` is told so and does it. Throws
 * SetupError with what to do.
 */
export async function ensureJava(announce, { env = process.env, folders = usualFolders, install = installJava } = {}) {
  let found = findJava(env, folders);
  if (found.home === null) {
    await announce('Java 17, by apt', 'Spark runs on it', install);
    found = findJava(env, folders);
  }
  if (found.home === null) throw new SetupError(sayMissing(found.old), javaHint);
  return found.home;
}

/** Engines start with the Java that the link names, whatever else the user has. */
export function linkJava(home, link) {
  if (targetOf(link) === home) return;
  rmSync(link, { force: true });
  symlinkSync(home, link);
}

/** The home of the first Java that is new enough: JAVA_HOME, PATH, usual folders. `old`: those that are not, for a person. */
export function findJava(env, folders = usualFolders) {
  const old = [];
  for (const home of candidates(env, folders)) {
    const version = versionOf(home);
    if (version === null) continue;
    if (version >= leastVersion) return { home, old };
    const told = `${home === env.JAVA_HOME ? 'JAVA_HOME' : 'Java'} is version ${version} (${home})`;
    if (!old.includes(told)) old.push(told);
  }
  return { home: null, old };
}

const javaHint =
  'Install a Java runtime 17 or newer (Debian: sudo apt install openjdk-17-jre-headless), or set JAVA_HOME to one.';

function sayMissing(old) {
  return old.length === 0 ? 'Java 17 is needed, and there is none.' : `Java 17 or newer is needed; ${old.join(', ')}.`;
}

function* candidates(env, folders) {
  if (env.JAVA_HOME) yield env.JAVA_HOME;
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const program = join(folder, 'java');
    if (folder !== '' && existsSync(program)) yield dirname(dirname(realpathSync(program)));
  }
  for (const folder of folders) {
    for (const name of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
      yield join(folder, name);
      yield join(folder, name, 'Contents', 'Home');
    }
  }
}

/** Its first number (that of Java 8 is written 1.8); null: there is no Java. */
function versionOf(home) {
  const program = join(home, 'bin', 'java');
  if (!existsSync(program)) return null;
  const release = join(home, 'release');
  const told = existsSync(release)
    ? readFileSync(release, 'utf8')
    : spawnSync(program, ['-version'], { encoding: 'utf8', timeout: 10_000 }).stderr;
  const version = /version[= ]"(?:1\.)?(\d+)/i.exec(told ?? '');
  return version === null ? null : Number(version[1]);
}

function targetOf(link) {
  try {
    return readlinkSync(link);
  } catch {
    return null; // there is no link yet
  }
}

async function installJava() {
  await installDebianPackages(['openjdk-17-jre-headless']);
}
