import { lookup } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gatewayManifests } from '#lib/kinds/gateway/manifest.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { startHub } from '#server/testing/real-gateways.ts';
import { gatewayContract, terminalContract } from '../contract.ts';
import { tokenEndpoint, type GatewayEffects } from '../port.ts';
import { JupyterGateway } from './adapter.ts';

const effects: GatewayEffects = { fetch: globalThis.fetch, lookupFor: () => lookup, checkUrl: async () => null };
const missing = whyMissing('jupyterhub');
if (missing !== null) console.log(missing);

describe.skipIf(missing !== null)('JupyterHub', () => {
  let hub: Awaited<ReturnType<typeof startHub>>;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.stop());

  const at = (path = '', token = hub.token) =>
    new JupyterGateway(async () => tokenEndpoint(`${hub.url}${path}`, token), effects, {
      manifest: () => gatewayManifests.jupyterhub,
    });

  it.each(['', 'user/ann/'])('is known by asking at /%s', async (path) => {
    expect(await at(path).identify()).toMatchObject({ kind: 'jupyterhub', version: '6.1.1' });
  });

  it('a server that does not run is told as such, and looking does not start it', async () => {
    expect(await at().check()).toMatchObject({ fault: 'gateway.asleep' });
    expect(await at('user/ann/').listSpecs()).toMatchObject({ fault: 'gateway.asleep' });
    expect(await at().check()).toMatchObject({ fault: 'gateway.asleep' });
  });

  it('a wrong token, and the server of somebody else', async () => {
    expect(await at('', 'wrong').check()).toMatchObject({ fault: 'gateway.refused' });
    expect(await at('user/bob/').check()).toMatchObject({ fault: expect.stringMatching(/refused|notFound/) });
  });

  it('is woken by a start of a kernel, saying what it waits for', { timeout: 120_000 }, async () => {
    const said: string[] = [];
    const port = at();
    const kernel = await port.startKernel(
      { name: 'python3', folder: '' },
      { onReason: (text) => void said.push(text) },
    );
    expect(kernel).toMatchObject({ name: 'python3' });
    expect(said[0]).toBe('the hub starts your server');
    expect(said.at(-1)).toBe('the gateway starts the kernel');
    if ('id' in kernel) await port.shutdownKernel(kernel.id);
  });

  describe('with its server running', () => {
    beforeAll(async () => {
      expect(await at().wake()).toBeNull();
    });
    gatewayContract(() => at(), 'python3');
    terminalContract(() => at());

    it('is asleep again when it is stopped, and wakes', { timeout: 120_000 }, async () => {
      const port = at('user/ann/');
      expect(await port.check()).toMatchObject({ version: '2.21.1' });
      expect(await hub.admin('DELETE', 'users/ann/server')).toBeLessThan(300);
      await vi.waitUntil(
        async () => {
          const told = await port.check();
          return 'fault' in told && told.fault === 'gateway.asleep';
        },
        { timeout: 30_000, interval: 500 },
      );
      expect(await port.wake()).toBeNull();
      expect(await port.check()).toMatchObject({ version: '2.21.1' });
    });
  });
});
