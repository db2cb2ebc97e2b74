import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { lookup } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { freePort, startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { gatewayContract, terminalContract } from '../contract.ts';
import { tokenEndpoint, type GatewayEffects } from '../port.ts';
import { JupyterGateway } from './adapter.ts';
import { askJupyter } from './rest.ts';

const effects: GatewayEffects = { fetch: globalThis.fetch, lookupFor: () => lookup, checkUrl: async () => null };
const at = (baseUrl: string, token = 't'): JupyterGateway =>
  new JupyterGateway(async () => tokenEndpoint(baseUrl, token), effects);

describe('a Jupyter Server', () => {
  let jupyter: TestJupyter;
  beforeAll(async () => {
    jupyter = await startJupyter();
  });
  afterAll(() => jupyter.stop());

  gatewayContract(() => at(jupyter.url, jupyter.token), 'python3');
  terminalContract(() => at(jupyter.url, jupyter.token));

  it('a wrong token is refused', async () => {
    expect(await at(jupyter.url, 'wrong').check()).toMatchObject({ fault: 'gateway.refused' });
  });

  it('the address guard decides before anything is sent', async () => {
    const guarded = new JupyterGateway(async () => tokenEndpoint(jupyter.url, ''), {
      ...effects,
      checkUrl: async () => fault('outbound.refused', 'no'),
    });
    expect(await guarded.listKernels()).toMatchObject({ fault: 'outbound.refused' });
  });
});

describe('what is no Jupyter Server', () => {
  const answer = async (status: number, type: string, body: string): Promise<{ server: Server; url: string }> => {
    const server = createServer((_, response) => response.writeHead(status, { 'Content-Type': type }).end(body));
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return { server, url: `http://127.0.0.1:${port}/` };
  };

  it.each([
    [200, 'text/html', '<h1>hello</h1>', 'gateway.notJupyter'],
    [200, 'application/json', '{"hello":1}', 'gateway.notJupyter'],
    [302, 'text/html', '', 'gateway.notJupyter'],
    [403, 'application/json', '{}', 'gateway.refused'],
    [503, 'text/html', 'no backend', 'gateway.unreachable'],
  ])('%i %s is told as such', async (status, type, body, code) => {
    const { server, url } = await answer(status, type, body);
    const told = await at(url).check();
    server.close();
    expect(told).toMatchObject({ fault: code });
    expect('hint' in told && told.hint).toBeTruthy();
  });

  it('nothing listens', async () => {
    expect(await at(`http://127.0.0.1:${await freePort()}/`).check()).toMatchObject({ fault: 'gateway.unreachable' });
  });

  it('a server that never answers', async () => {
    const silent = createTcpServer(() => undefined);
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    const endpoint = tokenEndpoint(`http://127.0.0.1:${port}/`, '');
    const told = await askJupyter(endpoint, { method: 'GET', path: 'api', timeoutMs: 200 }, effects);
    silent.close();
    expect(told).toMatchObject({ fault: 'gateway.timeout' });
  });

  it('a body without an end is not taken into memory', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
      },
    });
    const told = await askJupyter(
      tokenEndpoint('http://127.0.0.1:1/', ''),
      { method: 'GET', path: 'api' },
      { ...effects, fetch: async () => new Response(body, { headers: { 'Content-Type': 'application/json' } }) },
    );
    expect(told).toMatchObject({ fault: 'gateway.notJupyter', message: expect.stringContaining('more than 16 MB') });
    expect(sent).toBeLessThan(20);
  });
});
