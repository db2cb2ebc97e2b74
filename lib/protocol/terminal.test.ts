import { describe, expect, it } from 'vitest';
import { routes } from './http/routes.ts';
import { type UpName, upMessages } from './up.ts';

const address = { gatewayId: 'local', name: 't1_a' };
const room = { cols: 80, rows: 24 };

describe('the right that each message of a terminal asks for', () => {
  it.each([
    ['terminal.follow', 'terminal.execute'],
    ['terminal.leave', 'terminal.read'],
    ['terminal.taken', 'terminal.read'],
    ['terminal.input', 'terminal.execute'],
    ['terminal.resize', 'terminal.execute'],
  ] as const)('%s: %s', (name, action) => expect(upMessages[name].action).toBe(action));

  it.each([
    ['listTerminals', 'terminal.read'],
    ['openTerminal', 'terminal.execute'],
    ['closeTerminal', 'terminal.execute'],
  ] as const)('%s: %s', (name, action) => expect(routes[name].action).toBe(action));

  it('no message of a terminal is left out here', () => {
    expect((Object.keys(upMessages) as UpName[]).filter((name) => name.startsWith('terminal.'))).toHaveLength(5);
  });
});

describe('bounds', () => {
  it.each([
    ['terminal.input', { ...address, text: 'x'.repeat(32_768) }, true],
    ['terminal.input', { ...address, text: 'x'.repeat(32_769) }, false],
    ['terminal.input', { ...address, text: '' }, false],
    ['terminal.input', { ...address, name: '../1', text: 'x' }, false],
    ['terminal.input', { ...address, name: 'a b', text: 'x' }, false],
    ['terminal.input', { ...address, name: 'x'.repeat(65), text: 'x' }, false],
    ['terminal.resize', { ...address, room }, true],
    ['terminal.resize', { ...address, room: { cols: 1, rows: 24 } }, false],
    ['terminal.resize', { ...address, room: { cols: 80, rows: 100_000 } }, false],
    ['terminal.resize', { ...address, room: { cols: 80.5, rows: 24 } }, false],
    ['terminal.follow', address, false],
    ['terminal.taken', { ...address, upTo: -1 }, false],
  ] as const)('%s %#', (name, request, fits) => expect(upMessages[name].request.safeParse(request).success).toBe(fits));
});
