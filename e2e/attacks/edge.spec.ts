import { connect } from 'node:net';
import { expect, test } from '../farfield.ts';

/** Sends raw bytes and answers everything that comes back until the server closes or two seconds pass. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => done(answer));
  });
}

test('every upgrade that is not our socket is destroyed', async ({ server }) => {
  for (const path of [
    '/',
    '/_next/webpack-hmr',
    '/api/v1/health',
    'http://169.254.169.254/',
    '//evil.example/',
    '/socket.io',
  ]) {
    const answer = await raw(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    expect(answer, path).not.toContain('101');
  }
});

test('foreign Hosts, proxy targets and inner headers are refused', async ({ server }) => {
  const get = (target: string, host: string, more = '') =>
    raw(server.port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`);
  const own = `127.0.0.1:${server.port}`;
  for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', `localhost.:${server.port}`, '']) {
    expect(await get('/login', host), host).toMatch(/^HTTP\/1\.1 (421|400)/);
  }
  expect(await get('http://169.254.169.254/', own)).toMatch(/^HTTP\/1\.1 400/);
  expect(await get('//evil.example/', own)).toMatch(/^HTTP\/1\.1 400/);
  for (const header of [
    'x-middleware-subrequest: middleware:middleware\r\n',
    'x-nonce: abc\r\n',
    'RSC: 1\r\n',
    'Next-Router-Prefetch: 1\r\n',
    'x-middleware-next: 1\r\n',
  ]) {
    expect(await get('/n/x.ipynb', own, header), header).toMatch(/^HTTP\/1\.1 303/);
  }
  for (const path of [
    '/n/x.ipynb?_rsc=1',
    '/n/x.ipynb.rsc',
    '/n/x.segments/_tree.segment.rsc',
    '/_next/data/x/n.json',
    '/_next/image?url=http%3A%2F%2F169.254.169.254%2F&w=16&q=1',
  ]) {
    expect(await get(path, own), path).toMatch(/^HTTP\/1\.1 (303|404)/);
  }
});

test('pages carry a nonce policy without eval, and cookies that scripts cannot read', async ({ page, server }) => {
  const response = await page.goto(server.origin);
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'nonce-[^']+' 'strict-dynamic'(;|$)/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe-eval');
  const cookies = await page.context().cookies();
  expect(cookies).toEqual([
    expect.objectContaining({ name: `farfield-${server.port}`, httpOnly: true, sameSite: 'Strict' }),
  ]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});
