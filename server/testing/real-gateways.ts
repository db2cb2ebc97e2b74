import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  engineFile,
  engineProgram,
  makeEngineHome,
  python3Spec,
  startEngine,
  type EngineProcess,
} from './engine-process.ts';
import { freePort } from './jupyter.ts';

/** Gateways of others, each real: what they are started with is what their documentation says, and no more. */
export type RealGateway = EngineProcess & { readonly url: string; readonly token: string };

const token = 'engine-token-0123456789';

/** Without `lists` as it comes: it forbids the list of kernels. */
export async function startEnterpriseGateway(
  options: {
    readonly lists?: boolean;
    readonly specs?: Readonly<Record<string, object>>;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<RealGateway> {
  const port = await freePort();
  const home = await makeEngineHome({ python3: python3Spec, ...options.specs });
  const url = `http://127.0.0.1:${port}/`;
  const args = ['--ip=127.0.0.1', `--port=${port}`, '--port_retries=0'];
  const started = await startEngine(engineProgram('enterprise-gateway', 'jupyter-enterprisegateway'), args, {
    home,
    url: `${url}api`,
    isUp: (status) => status === 401 || status === 200,
    env: {
      EG_AUTH_TOKEN: token,
      EG_LIST_KERNELS: String(options.lists ?? false),
      EG_KERNEL_LOG_DIR: path.join(home, 'work'),
      EG_RESPONSE_IP: '127.0.0.1',
      EG_RESPONSE_PORT: String(await freePort()),
      // As it comes it starts nothing for root, who is the user in many test machines.
      EG_UNAUTHORIZED_USERS: 'nobody',
      ...options.env,
    },
  });
  return { ...started, url, token };
}

export async function startKernelGateway(options: { readonly lists?: boolean } = {}): Promise<RealGateway> {
  const port = await freePort();
  const home = await makeEngineHome({ python3: python3Spec });
  const url = `http://127.0.0.1:${port}/`;
  const args = [
    '--KernelGatewayApp.ip=127.0.0.1',
    `--KernelGatewayApp.port=${port}`,
    '--KernelGatewayApp.port_retries=0',
    `--JupyterWebsocketPersonality.list_kernels=${options.lists === true ? 'True' : 'False'}`,
  ];
  const started = await startEngine(engineProgram('kernel-gateway', 'jupyter-kernelgateway'), args, {
    home,
    url: `${url}api`,
    isUp: (status) => status === 401 || status === 200,
    env: { KG_AUTH_TOKEN: token },
  });
  return { ...started, url, token };
}

/** A hub with one user, ann, whose token this is; her server does not run yet. `admin` acts for her on the hub. */
export async function startHub(): Promise<RealGateway & { admin(method: string, path: string): Promise<number> }> {
  const [port, hubPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
  const home = await makeEngineHome({ python3: python3Spec });
  const url = `http://127.0.0.1:${port}/`;
  const config = path.join(home, 'jupyterhub_config.py');
  const adminToken = 'hub-admin-0123456789';
  const values: Readonly<Record<string, unknown>> = {
    'JupyterHub.bind_url': url,
    'JupyterHub.hub_port': hubPort,
    'JupyterHub.authenticator_class': 'dummy',
    'JupyterHub.spawner_class': 'simple',
    'JupyterHub.db_url': `sqlite:///${path.join(home, 'hub.sqlite')}`,
    'JupyterHub.cookie_secret_file': path.join(home, 'cookie'),
    'JupyterHub.services': [{ name: 'tests', api_token: adminToken }],
    'JupyterHub.load_roles': [
      { name: 'tests', services: ['tests'], scopes: ['admin:users', 'tokens', 'admin:servers'] },
    ],
    'ConfigurableHTTPProxy.api_url': `http://127.0.0.1:${proxyPort}`,
    'ConfigurableHTTPProxy.command': [engineFile('jupyterhub', 'proxy/node_modules/.bin/configurable-http-proxy')],
    'ConfigurableHTTPProxy.pid_file': path.join(home, 'proxy.pid'),
    'SimpleLocalProcessSpawner.home_dir_template': path.join(home, 'homes/{username}'),
    'Spawner.cmd': [engineProgram('jupyterhub', 'jupyterhub-singleuser')],
    'Spawner.args': ['--allow-root', '--KernelSpecManager.ensure_native_kernel=False'],
    'Spawner.environment': { JUPYTER_DATA_DIR: path.join(home, 'data') },
  };
  // JSON text is Python, too, as far as these values go.
  const lines = Object.entries(values).map(([name, value]) => `c.${name} = ${JSON.stringify(value)}`);
  await writeFile(config, ['c = get_config()', 'c.Authenticator.allow_all = True', ...lines, ''].join('\n'));
  const started = await startEngine(engineProgram('jupyterhub', 'jupyterhub'), ['-f', config], {
    home,
    url: `${url}hub/api`,
    isUp: (status) => status === 200,
  });
  const headers = { Authorization: `token ${adminToken}` };
  const ask = (method: string, to: string): Promise<Response> =>
    fetch(new URL(`hub/api/${to}`, url), { method, headers, ...(method === 'POST' ? { body: '{}' } : {}) });
  await ask('POST', 'users/ann');
  const made = (await (await ask('POST', 'users/ann/tokens')).json()) as { token: string };
  return { ...started, url, token: made.token, admin: async (method, to) => (await ask(method, to)).status };
}
