import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureJava, findJava, linkJava } from './java.mjs';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'farfield-java-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A folder as a Java has it, with the file that says its version, or a program that does. */
function java(name: string, version: string, says: 'file' | 'program' = 'file'): string {
  const home = join(root, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  const script = says === 'program' ? `#!/bin/sh\necho 'openjdk version "${version}" 2025-01-01' >&2\n` : '#!/bin/sh\n';
  writeFileSync(join(home, 'bin', 'java'), script);
  chmodSync(join(home, 'bin', 'java'), 0o755);
  if (says === 'file') writeFileSync(join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return home;
}
const announced: string[] = [];
const announce = async (what: string, _why: string, work: () => Promise<void>): Promise<void> => {
  announced.push(what);
  await work();
};
const nowhere = join(tmpdir(), 'no-such-folder');

it('takes that of JAVA_HOME, then of PATH, then of the usual folders', () => {
  const [named, onPath, usual] = [
    java('a/named', '21.0.1'),
    java('b/path', '17.0.9', 'program'),
    java('c/usual', '17'),
  ];
  const folders = [join(root, 'c')];
  expect(findJava({ JAVA_HOME: named, PATH: join(onPath, 'bin') }, folders).home).toBe(named);
  expect(findJava({ PATH: join(onPath, 'bin') }, folders).home).toBe(onPath);
  expect(findJava({ PATH: nowhere }, folders).home).toBe(usual);
});

it('passes by one that is too old', () => {
  const [old, fresh] = [java('old', '1.8.0_392'), java('usual/fresh', '17.0.9')];
  expect(findJava({ JAVA_HOME: old, PATH: '' }, [join(root, 'usual')]).home).toBe(fresh);
});

it('says which ones are too old, and what to do', async () => {
  const [eight, eleven] = [java('eight', '1.8.0_392'), java('eleven', '11.0.2', 'program')];
  const env = { JAVA_HOME: eight, PATH: join(eleven, 'bin') };
  await expect(ensureJava(announce, { env, folders: [], install: async () => undefined })).rejects.toMatchObject({
    message: `Java 17 or newer is needed; JAVA_HOME is version 8 (${eight}), Java is version 11 (${eleven}).`,
    hint: expect.stringContaining('openjdk-17-jre-headless'),
  });
});

it('installs one where there is none, and says so; looks again then', async () => {
  announced.length = 0;
  const options = { env: { PATH: '' }, folders: [join(root, 'usual')] };
  await expect(ensureJava(announce, { ...options, install: async () => undefined })).rejects.toThrow(
    'Java 17 is needed, and there is none.',
  );
  const install = async (): Promise<void> => void java('usual/new', '17.0.1');
  expect(await ensureJava(announce, { ...options, install })).toBe(join(root, 'usual/new'));
  expect(announced).toEqual(['Java 17, by apt', 'Java 17, by apt']);
});

it('a link names the one that is used, also after another was', () => {
  const link = join(root, 'java');
  for (const home of ['/one', '/two', '/two']) linkJava(home, link);
  expect(readlinkSync(link)).toBe('/two');
});
