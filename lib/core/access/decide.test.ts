import { describe, expect, it } from 'vitest';
import { principalId, workspaceId } from '#lib/core/ids.ts';
import { actions, decide, type AccessObject, type Action, type Principal } from './decide.ts';

const home = workspaceId('home');
const anonymous: Principal = { kind: 'anonymous' };
const owner: Principal = { kind: 'user', id: principalId('p1'), name: 'Ada', role: 'owner', workspaceId: home };

const server: AccessObject = { kind: 'server' };
const own: AccessObject = { kind: 'workspace', workspaceId: home };
const foreign: AccessObject = { kind: 'workspace', workspaceId: workspaceId('elsewhere') };

const open: readonly Action[] = ['server.health', 'session.signIn', 'api.describe'];
const closed = actions.filter((action) => !open.includes(action));

describe('somebody not signed in', () => {
  it.each(open)('may ask the server for %s', (action) => {
    expect(decide(anonymous, action, server)).toEqual({ allow: true, rule: 'open' });
  });

  it.each(closed)('may not ask the server for %s', (action) => {
    expect(decide(anonymous, action, server)).toEqual({ allow: false, rule: 'anonymous' });
  });

  // Open means open at the server's door: the same word about a workspace is a different question.
  it.each(actions)('may do nothing to a workspace: %s', (action) => {
    expect(decide(anonymous, action, own)).toEqual({ allow: false, rule: 'anonymous' });
  });
});

describe('the owner', () => {
  it.each(actions)('may do everything in the own workspace: %s', (action) => {
    expect(decide(owner, action, own)).toEqual({ allow: true, rule: 'owner' });
  });

  it.each(actions)('may do nothing in another workspace: %s', (action) => {
    expect(decide(owner, action, foreign)).toEqual({ allow: false, rule: 'otherWorkspace' });
  });

  it.each(closed)('may ask the server for %s', (action) => {
    expect(decide(owner, action, server)).toEqual({ allow: true, rule: 'owner' });
  });
});

describe('deny by default', () => {
  it('an action that no rule names is refused, even to the owner', () => {
    expect(decide(owner, 'moon.launch' as Action, own)).toEqual({ allow: false, rule: 'default' });
    expect(decide(anonymous, 'moon.launch' as Action, server)).toEqual({ allow: false, rule: 'anonymous' });
  });

  it('a role that no rule names may do nothing that is not open', () => {
    const stranger: Principal = { ...owner, role: 'guest' as 'owner' };
    expect(actions.map((action) => decide(stranger, action, own))).toEqual(
      actions.map(() => ({ allow: false, rule: 'default' })),
    );
  });

  it('an unknown kind of object is nobody’s, and never open', () => {
    const thing = { kind: 'cluster' } as unknown as AccessObject;
    expect(decide(anonymous, 'server.health', thing).allow).toBe(false);
  });
});
