import type { PrincipalId, WorkspaceId } from '#lib/core/ids.ts';

/** Everything somebody can ask of the server. Each route and each socket message names exactly one. */
export const actions = [
  'server.health',
  'session.signIn',
  'session.signOut',
  'api.describe',
  'page.view',
  'file.list',
  'file.read',
  'file.write',
  'notebook.read',
  'notebook.edit',
  'notebook.run',
  'history.read',
  'history.erase',
  'settings.read',
  'settings.change',
  'gateway.list',
  'gateway.manage',
  'kernel.list',
  'kernel.control',
  'terminal.read',
  'terminal.execute',
  'resource.read',
  'cluster.list',
  'cluster.launch',
  'cluster.attach',
  'cluster.control',
] as const;

export type Action = (typeof actions)[number];

/** Somebody the edge has identified; `anonymous` before sign-in. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly id: PrincipalId;
      readonly name: string;
      readonly role: Role;
      readonly workspaceId: WorkspaceId;
    };

export type Role = 'owner';

/** What is acted on. Every object belongs to a workspace, except the server's own doors. */
export type AccessObject =
  | { readonly kind: 'server' }
  | { readonly kind: 'workspace'; readonly workspaceId: WorkspaceId };

export type Decision =
  | { readonly allow: true; readonly rule: string }
  | { readonly allow: false; readonly rule: string };

const openToAll: ReadonlySet<Action> = new Set(['server.health', 'session.signIn', 'api.describe']);
const ownerMay: ReadonlySet<Action> = new Set(actions);

/**
 * The one rights decision, deny by default: pure, called by every HTTP route, page and socket message.
 * `rule` names the rule that decided, for the audit trail and for tests.
 */
export function decide(principal: Principal, action: Action, object: AccessObject): Decision {
  if (object.kind === 'server' && openToAll.has(action)) return { allow: true, rule: 'open' };
  if (principal.kind === 'anonymous') return { allow: false, rule: 'anonymous' };
  if (object.kind === 'workspace' && object.workspaceId !== principal.workspaceId)
    return { allow: false, rule: 'otherWorkspace' };
  switch (principal.role) {
    case 'owner':
      return ownerMay.has(action) ? { allow: true, rule: 'owner' } : { allow: false, rule: 'default' };
    default:
      return { allow: false, rule: 'default' };
  }
}
