import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Seal } from './seal.ts';

const keyFile = () => join(mkdtempSync(join(tmpdir(), 'farfield-seal-')), 'seal.key');

describe('Seal', () => {
  it('opens what it sealed, after a restart too, with a key file of mode 0600', () => {
    const file = keyFile();
    const sealed = new Seal(file).seal('s3cret', 'gateway|1');
    expect(sealed).not.toContain('s3cret');
    expect(new Seal(file).open(sealed, 'gateway|1')).toBe('s3cret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('opens nothing under another context, another key or after a change', () => {
    const seal = new Seal(keyFile());
    const sealed = seal.seal('s3cret', 'gateway|1');
    const changed = Buffer.from(sealed, 'base64');
    changed[changed.length - 1]! ^= 1;
    expect(seal.open(sealed, 'gateway|2')).toBeNull();
    expect(seal.open(changed.toString('base64'), 'gateway|1')).toBeNull();
    expect(new Seal(keyFile()).open(sealed, 'gateway|1')).toBeNull();
  });

  it('names a damaged key file', () => {
    const file = keyFile();
    writeFileSync(file, 'short');
    expect(() => new Seal(file)).toThrow(/seal\.key is damaged/);
  });
});
