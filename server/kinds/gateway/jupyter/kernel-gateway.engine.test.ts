import { lookup } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayManifests } from '#lib/kinds/gateway/manifest.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { type RealGateway, startKernelGateway } from '#server/testing/real-gateways.ts';
import { gatewayContract } from '../contract.ts';
import { tokenEndpoint, type GatewayEffects } from '../port.ts';
import { JupyterGateway } from './adapter.ts';

const effects: GatewayEffects = { fetch: globalThis.fetch, lookupFor: () => lookup, checkUrl: async () => null };
const at = (gateway: RealGateway, token = gateway.token) =>
  new JupyterGateway(async () => tokenEndpoint(gateway.url, token), effects, {
    manifest: () => gatewayManifests['kernel-gateway'],
  });

const missing = whyMissing('kernel-gateway');
if (missing !== null) console.log(missing);

describe.skipIf(missing !== null)('Kernel Gateway that lists its kernels', () => {
  let gateway: RealGateway;
  beforeAll(async () => {
    gateway = await startKernelGateway({ lists: true });
  });
  afterAll(() => gateway.stop());

  gatewayContract(() => at(gateway), 'python3');

  it('has no terminals', () => expect(at(gateway).terminals).toBeUndefined());

  it('is known by asking', async () => {
    expect(await at(gateway).identify()).toMatchObject({ kind: 'kernel-gateway', version: '2.21.1' });
  });
});

describe.skipIf(missing !== null)('Kernel Gateway as it comes', () => {
  let gateway: RealGateway;
  beforeAll(async () => {
    gateway = await startKernelGateway();
  });
  afterAll(() => gateway.stop());

  it('forbids its list, which is no refusal; a wrong token is one', async () => {
    expect(await at(gateway).listKernels()).toMatchObject({ fault: 'gateway.noListing' });
    expect(await at(gateway, 'wrong').listKernels()).toMatchObject({ fault: 'gateway.refused' });
    expect(await at(gateway, 'wrong').check()).toMatchObject({ fault: 'gateway.refused' });
  });
});
