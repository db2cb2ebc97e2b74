import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultError } from '#lib/core/fault.ts';
import { OutboundGuard } from './outbound-guard.ts';

const guard = (policy: Partial<ConstructorParameters<typeof OutboundGuard>[0]> = {}) =>
  new OutboundGuard({ allowLoopback: true, allowedNetworks: [], ownPorts: () => [4747], ...policy });

describe('checkUrl', () => {
  const refused = [
    ['http://127.0.0.1:4747/', 'our own port'],
    ['http://localhost:4747/', 'our own port by name'],
    ['http://[::1]:4747/', 'our own port over IPv6'],
    ['http://[::ffff:127.0.0.1]:4747/', 'our own port, IPv4 inside IPv6'],
    ['http://2130706433:4747/', 'our own port, decimal'],
    ['http://0x7f.1:4747/', 'our own port, hexadecimal'],
    ['http://169.254.169.254/latest/meta-data', 'metadata'],
    ['http://[::ffff:169.254.169.254]/', 'metadata inside IPv6'],
    ['http://2852039166/', 'metadata, decimal'],
    ['http://[fe80::1]/', 'link-local'],
    ['http://[fd00:ec2::254]/', 'metadata of another cloud'],
    ['http://100.100.100.200/', 'metadata of a third cloud'],
    ['http://0.0.0.0:8888/', 'unspecified'],
    ['http://[::]:8888/', 'unspecified'],
    ['http://224.0.0.1/', 'multicast'],
    ['http://255.255.255.255/', 'broadcast'],
    ['http://10.1.2.3:8888/', 'private'],
    ['http://192.168.1.1/', 'private'],
    ['http://[fd12::1]/', 'private'],
    ['file:///etc/passwd', 'not http'],
    ['ftp://127.0.0.1/', 'not http'],
  ];
  it.each(refused)('refuses %s (%s)', async (url) => {
    expect(await guard().checkUrl(new URL(url))).toMatchObject({ fault: 'outbound.refused' });
  });

  const allowed = ['http://127.0.0.1:8888/', 'http://localhost:8888/', 'http://[::1]:8888/', 'https://93.184.216.34/'];
  it.each(allowed)('allows %s', async (url) => {
    expect(await guard().checkUrl(new URL(url))).toBeNull();
  });

  it('allows a private network on the allow-list, and nothing beside it', async () => {
    const listed = guard({ allowedNetworks: ['10.1.0.0/16'] });
    expect(await listed.checkUrl(new URL('http://10.1.2.3/'))).toBeNull();
    expect(await listed.checkUrl(new URL('http://10.2.2.3/'))).toMatchObject({ fault: 'outbound.refused' });
  });

  it('never opens metadata addresses by the allow-list', async () => {
    const listed = guard({ allowedNetworks: ['169.254.0.0/16', '100.64.0.0/10'] });
    expect(await listed.checkUrl(new URL('http://169.254.169.254/'))).toMatchObject({ fault: 'outbound.refused' });
    expect(await listed.checkUrl(new URL('http://100.100.100.200/'))).toMatchObject({ fault: 'outbound.refused' });
  });

  it('refuses loopback when the server serves others', async () => {
    expect(await guard({ allowLoopback: false }).checkUrl(new URL('http://127.0.0.1:8888/'))).toMatchObject({
      fault: 'outbound.refused',
    });
  });

  it('says so when a name does not resolve', async () => {
    expect(await guard().checkUrl(new URL('http://nowhere.invalid/'))).toMatchObject({ fault: 'gateway.unreachable' });
  });
});

describe('fetch', () => {
  const server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else response.end('hello');
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => server.close());

  it('fetches what is allowed', async () => {
    const answer = await guard().fetch(new URL(`http://127.0.0.1:${port}/`));
    expect(await answer.text()).toBe('hello');
  });

  it('judges the resolved address of a name', async () => {
    const answer = await guard().fetch(new URL(`http://localhost:${port}/`));
    expect(answer.status).toBe(200);
    await expect(guard({ ownPorts: () => [port] }).fetch(new URL(`http://localhost:${port}/`))).rejects.toBeInstanceOf(
      FaultError,
    );
  });

  it('does not follow a redirect', async () => {
    const answer = await guard().fetch(new URL(`http://127.0.0.1:${port}/redirect`));
    expect(answer.status).toBe(302);
  });
});

describe('lookupFor', () => {
  it('gives no address that is refused, so that a name cannot change its mind between check and connection', async () => {
    const lookup = guard({ ownPorts: () => [9] }).lookupFor(9);
    const error = await new Promise((done) => lookup('localhost', {}, (problem) => done(problem)));
    expect(error).toBeInstanceOf(FaultError);
  });
});
