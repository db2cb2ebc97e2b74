import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { brotliDecompressSync, createBrotliDecompress, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compressAnswer } from './compress-answer.ts';

let answer: (response: ServerResponse) => void = () => {};
const server = createServer((request, response) => {
  compressAnswer(request, response);
  answer(response);
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as { port: number }).port;
});
afterAll(() => server.close());

function get(accepted: string, method = 'GET'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    ask({ port, host: '127.0.0.1', method, headers: { 'accept-encoding': accepted } }, resolve)
      .on('error', reject)
      .end();
  });
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const long = '<p>far and near</p>'.repeat(500);
const html = (response: ServerResponse) => response.setHeader('Content-Type', 'text/html; charset=utf-8');

describe('answers made on the fly', () => {
  it.each([
    ['br', 'gzip, br', (bytes: Buffer) => brotliDecompressSync(bytes)],
    ['gzip', 'gzip', (bytes: Buffer) => gunzipSync(bytes)],
    [undefined, 'identity', (bytes: Buffer) => bytes],
  ])('are sent as %s to who accepts it', async (encoding, accepted, decode) => {
    answer = (response) => {
      html(response);
      response.setHeader('Content-Length', Buffer.byteLength(long));
      response.setHeader('Vary', 'rsc');
      response.end(long);
    };
    const message = await get(accepted);
    const bytes = await bytesOf(message);
    expect(message.headers['content-encoding']).toBe(encoding);
    expect(decode(bytes).toString()).toBe(long);
    if (encoding === undefined) return;
    expect(bytes.length).toBeLessThan(long.length / 10);
    expect(message.headers['content-length']).toBeUndefined();
    expect(message.headers['vary']).toBe('rsc, Accept-Encoding');
  });

  it.each([
    ['small', (response: ServerResponse) => (html(response), response.end('small'))],
    ['of an unknown type', (response: ServerResponse) => response.end(long)],
    ['a picture', (response: ServerResponse) => (response.setHeader('Content-Type', 'image/png'), response.end(long))],
    [
      'encoded already',
      (response: ServerResponse) => (
        html(response),
        response.setHeader('Content-Encoding', 'identity'),
        response.end(long)
      ),
    ],
    ['begun already', (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end(long)],
  ])('pass untouched when they are %s', async (_, give) => {
    answer = give;
    const message = await get('br');
    const bytes = await bytesOf(message);
    expect(['small', long]).toContain(bytes.toString());
    expect(message.headers['vary']).toBeUndefined();
  });

  it('have no body where there is none', async () => {
    answer = (response) => (html(response), response.end(long));
    expect((await bytesOf(await get('br', 'HEAD'))).length).toBe(0);
    answer = (response) => response.writeHead(304).end();
    const unchanged = await get('br');
    expect(unchanged.statusCode).toBe(304);
    expect(unchanged.headers['content-encoding']).toBeUndefined();
  });

  it('stream: what was written can be read before the end', async () => {
    let finish = () => {};
    answer = (response) => {
      html(response);
      response.flushHeaders();
      response.write(`${long}first`);
      finish = () => response.end('last');
    };
    const message = await get('br');
    const decoded = message.pipe(createBrotliDecompress());
    let text = '';
    for await (const chunk of decoded) {
      text += String(chunk);
      if (text.endsWith('first')) finish();
    }
    expect(text).toBe(`${long}firstlast`);
  });

  it('keep their order and wait for a slow reader', async () => {
    const piece = (index: number) => `${index} ${Math.sin(index)} `.repeat(2000);
    let waits = 0;
    answer = (response) => {
      html(response);
      let index = 0;
      const more = (): void => {
        while (index < 60) {
          const goOn = response.write(piece(index));
          index += 1;
          if (goOn) continue;
          waits += 1;
          response.once('drain', more);
          return;
        }
        response.end();
      };
      more();
    };
    const message = await get('br');
    const text = brotliDecompressSync(await bytesOf(message)).toString();
    expect(text).toBe(Array.from({ length: 60 }, (_, index) => piece(index)).join(''));
    expect(waits).toBeGreaterThan(0);
  });
});
