import { describe, expect, it } from 'vitest';
import { gatewayId, terminalName } from '#lib/core/ids.ts';
import { freeNumber, newTerminalName, terminalNumber, terminalOf, terminalPath } from './terminal-path.ts';

describe('the path of a terminal', () => {
  it('leads back to it', () => {
    const address = { gatewayId: gatewayId('local'), name: terminalName('t1_abcd') };
    expect(terminalOf(terminalPath(address))).toEqual(address);
  });

  it.each(['t/local/t1', 'reports/sales.ipynb', '/t/local', '/t/local/a/b', '/t/local/..', '/t//t1', '/f/a/b', ''])(
    '%s is none',
    (path) => expect(terminalOf(path)).toBeNull(),
  );
});

describe('numbers', () => {
  it('are read from names that were made here; others keep their name', () => {
    expect(terminalNumber(newTerminalName(12, 'x9'))).toBe('12');
    expect(terminalNumber(terminalName('3'))).toBe('3');
    expect(terminalNumber(terminalName('build'))).toBe('build');
  });

  it('the lowest free one is taken', () => {
    expect(freeNumber([])).toBe(1);
    expect(freeNumber([newTerminalName(1, 'a'), terminalName('2'), newTerminalName(4, 'b')])).toBe(3);
  });
});
