import { afterEach, describe, expect, it, vi } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { kernelId } from '#lib/core/ids.ts';
import { FakeGateway, v1Frame } from '#server/testing/fake-gateway.ts';
import { openEffects } from '#server/testing/session-bench.ts';
import { tokenEndpoint } from '../port.ts';
import { JupyterGateway } from './adapter.ts';

/** Gateways that answer in Jupyter's places, and say what no Jupyter Server says. The gateway is a fake. */
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

type Answer = { readonly status?: number; readonly type?: string; readonly location?: string; readonly body: string };
const json = (value: unknown): Answer => ({ body: JSON.stringify(value) });
const page: Answer = { type: 'text/html', body: '<!doctype html><title>Welcome</title>' };
const truth: Readonly<Record<string, Answer>> = {
  api: json({ version: '2.21.1' }),
  'api/status': json({ started: 'x', kernels: 1 }),
  'api/kernelspecs': json({ default: 'python3', kernelspecs: { python3: { name: 'python3', spec: {} } } }),
  'api/kernels': json([]),
};

async function gateway(lies: Readonly<Record<string, Answer>>) {
  const answers = { ...truth, ...lies };
  const fake = await FakeGateway.start({
    rest: (request, response) => {
      const answer = answers[(request.url ?? '/').slice(1)];
      if (answer === undefined) return false;
      const { status = 200, type = 'application/json', location, body } = answer;
      response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) }).end(body);
      return true;
    },
  });
  open.push(() => fake[Symbol.asyncDispose]());
  return { fake, port: new JupyterGateway(async () => tokenEndpoint(fake.url, ''), openEffects) };
}

/** In words, with something to do. */
const fault = (message: string) => ({
  fault: 'gateway.notJupyter',
  message: expect.stringContaining(message),
  hint: expect.stringMatching(/\w{4}/),
});
const huge: Answer = json({ version: 'x'.repeat(17 * 1024 * 1024) });

describe('the version', () => {
  it.each<[string, Answer, unknown]>([
    ['of the distant past', json({ version: '0.0.1' }), { version: '0.0.1' }],
    ['of the distant future', json({ version: '999.0.0-β' }), { version: '999.0.0-β' }],
    ['that is a number', json({ version: 2 }), fault('does not tell a version')],
    ['that is a novel', json({ version: 'x'.repeat(5_000) }), fault('does not tell a version')],
    ['in a list', json([{ version: '2.21.1' }]), fault('does not tell a version')],
    ['that is nothing', json(null), fault('does not tell a version')],
    ['missing, with an empty body', { body: '' }, fault('does not tell a version')],
    ['that is nonsense', { body: '{"version": "2.21' }, fault('something that is not JSON')],
    ['in a page', page, fault('a web page')],
    ['elsewhere', { status: 307, location: 'http://127.0.0.1:1/', body: '' }, fault('redirects')],
    ['in a body without measure', huge, fault('more than 16 MB')],
  ])('%s', async (_, answer, expected) => {
    const { port } = await gateway({ api: answer });
    expect(await port.check()).toMatchObject(expected as object);
    expect(await port.identify()).toMatchObject(expected as object);
  });
});

describe('lists', () => {
  it.each<[string, Answer, unknown]>([
    ['a list of names', json(['python3']), fault('list of kernels has another form')],
    ['kernels in a list', json({ kernelspecs: [{ name: 'python3', spec: {} }] }), fault('another form')],
    ['kernels that are texts', json({ kernelspecs: { python3: 'python3' } }), fault('another form')],
    [
      'a language that is a number',
      json({ kernelspecs: { p: { name: 'p', spec: { language: 3 } } } }),
      fault('another'),
    ],
    ['a default that is none of them', json({ default: 'R', kernelspecs: {} }), []],
    ['nothing', { body: '' }, fault('another form')],
    ['a page', page, fault('a web page')],
    ['a redirect', { status: 302, location: '/login', body: '' }, fault('redirects')],
  ])('of kernelspecs: %s', async (_, answer, expected) => {
    const { port } = await gateway({ 'api/kernelspecs': answer });
    const specs = await port.listSpecs();
    if (Array.isArray(expected)) expect(specs).toEqual(expected);
    else expect(specs).toMatchObject(expected as object);
  });

  it.each<[string, Answer, unknown]>([
    ['no list', json({ kernels: [] }), fault('list of running kernels has another form')],
    ['kernels that are none, beside one that is', json([null, 3, { id: '' }, { id: 'k', name: 'p' }]), [{ id: 'k' }]],
    ['a page', page, fault('a web page')],
  ])('of running kernels: %s', async (_, answer, expected) => {
    const { port } = await gateway({ 'api/kernels': answer });
    const kernels = await port.listKernels();
    if (!isFault(kernels)) expect(kernels).toHaveLength(1);
    expect(kernels).toMatchObject(expected as object);
  });

  it('of one kernel: a page in its place ends no session', async () => {
    const { port, fake } = await gateway({ 'api/kernels/11111111-2222-3333-4444-555555555555': page });
    expect(await port.findKernel(kernelId(fake.kernelId))).toMatchObject(fault('a web page'));
  });
});

it.each<[string, unknown]>([
  ['a protocol of the past', { status: 'ok', protocol_version: '2.0', supported_features: [] }],
  ['a protocol of the future', { status: 'ok', protocol_version: '99.9' }],
  [
    'a protocol that is none',
    { status: 'ok', protocol_version: { major: [] }, supported_features: 'kernel subshells' },
  ],
  ['features without measure', { protocol_version: '5.5', supported_features: Array.from({ length: 5_000 }, () => 7) }],
  ['an error', { status: 'error', ename: 3, evalue: null }],
  ['nothing', {}],
])('a kernel that says of itself: %s; what it prints arrives all the same', async (_, content) => {
  const { fake, port } = await gateway({});
  const texts: unknown[] = [];
  const states: string[] = [];
  const link = port.connect(kernelId(fake.kernelId), 'client', {
    message: ({ type, content: said }) => void (type === 'stream' && texts.push((said as { text: string }).text)),
    connection: (state) => void states.push(state),
    status: () => undefined,
  });
  open.push(() => link.close());
  await vi.waitUntil(() => states.includes('connected'), { timeout: 10_000 });
  const asked = () => fake.received.find((one) => one.includes('kernel_info_request'));
  await vi.waitUntil(() => asked() !== undefined, { timeout: 10_000 });
  const request = /"msg_id":\s*"([^"]+)"/.exec(String(asked()))?.[1] ?? '';
  const say = (n: number, channel: string, type: string, said: unknown, msgId: string) =>
    fake.socket.send(
      v1Frame({
        channel,
        header: { msg_id: `kernel_1_${n}`, msg_type: type, session: 'kernel', username: '', version: '1.0', date: '' },
        parent_header: { msg_id: msgId, session: 'client', msg_type: 'kernel_info_request' },
        metadata: {},
        content: said,
      }),
    );
  say(1, 'shell', 'kernel_info_reply', content, request);
  say(2, 'iopub', 'stream', { name: 'stdout', text: 'there' }, 'm1');
  await vi.waitUntil(() => texts.length === 1, { timeout: 10_000 });
  const answer = await link.ask({ type: 'complete', code: 'pri', cursor: 3 }, 300);
  expect(answer).toMatchObject({ fault: expect.stringMatching(/^kernel\.(noAnswer|busy)$/) });
  expect(states.at(-1)).toBe('connected');
});
