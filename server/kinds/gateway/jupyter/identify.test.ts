import { expect, it } from 'vitest';
import { fault, type Fault } from '#lib/core/fault.ts';
import { identify } from './identify.ts';
import type { RestReply } from './rest.ts';

const ok = (json: unknown): RestReply => ({ status: 200, json });
const none: RestReply = { status: 404, json: { reason: 'Not Found' } };
const page = fault('gateway.notJupyter', 'a web page');
const refused = fault('gateway.refused', 'no');
const nobody = fault('gateway.unreachable', 'nobody');

/** What answers at each path, as the real ones do (`npm run test:engines` asks them). */
it.each<[string, string, Readonly<Record<string, Fault | RestReply>>, object]>([
  [
    'Jupyter Server',
    '/',
    { api: ok({ version: '2.21.1' }), 'api/status': ok({ started: 'x' }) },
    { kind: 'jupyter', version: '2.21.1' },
  ],
  [
    'Enterprise Gateway',
    '/',
    { api: ok({ version: '1.24.0', gateway_version: '3.3.0' }) },
    { kind: 'enterprise-gateway', version: '3.3.0' },
  ],
  [
    'Kernel Gateway',
    '/',
    {
      api: ok({ version: '2.21.1' }),
      'api/status': none,
      'api/swagger.json': ok({ info: { title: 'Jupyter Kernel Gateway API' } }),
    },
    { kind: 'kernel-gateway' },
  ],
  [
    'a server without a status',
    '/',
    { api: ok({ version: '1.0' }), 'api/status': none, 'api/swagger.json': none },
    { kind: 'jupyter' },
  ],
  [
    'a hub that redirects',
    '/',
    { api: page, 'hub/api': ok({ version: '6.1.1' }) },
    { kind: 'jupyterhub', version: '6.1.1' },
  ],
  ['a hub that has no such page', '/', { api: none, 'hub/api': ok({ version: '6.1.1' }) }, { kind: 'jupyterhub' }],
  [
    'a user’s server of a hub',
    '/user/ann/',
    { api: ok({ version: '2.21.1' }), 'hub/api': ok({ version: '6.1.1' }) },
    { kind: 'jupyterhub' },
  ],
  [
    'a server below a path that looks so',
    '/user/ann/',
    { api: ok({ version: '2.21.1' }), 'hub/api': none, 'api/status': ok({}) },
    { kind: 'jupyter' },
  ],
  ['a web page', '/', { api: page, 'hub/api': page }, { fault: 'gateway.notJupyter' }],
  ['something else in JSON', '/', { api: ok({ hello: 1 }), 'hub/api': none }, { fault: 'gateway.notJupyter' }],
  ['a refusal at once', '/', { api: refused }, { fault: 'gateway.refused' }],
  ['a refusal of the status', '/', { api: ok({ version: '2' }), 'api/status': refused }, { fault: 'gateway.refused' }],
  ['nobody', '/', { api: nobody }, { fault: 'gateway.unreachable' }],
])('%s', async (_, path, answers, expected) => {
  const ask = async ({ path: asked }: { readonly path: string }) => answers[asked] ?? none;
  expect(await identify(`https://host${path}`, ask, ask, () => 0)).toMatchObject(expected);
});
