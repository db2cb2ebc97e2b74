import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { workspaceId } from '#lib/core/ids.ts';
import type { ClusterTemplateForm } from '#lib/protocol/http/cluster-templates.ts';
import { templateFormSchema } from '#lib/protocol/http/cluster-templates.ts';
import { Seal } from '#server/auth/seal.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import { ClusterTemplates } from './cluster-templates.ts';
import { StartTimes } from './start-times.ts';

let folder: string;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farfield-templates-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

const tooLarge = fault('cluster.size', 'too large', 'Take less.');
let ids = 0;

async function open(): Promise<{ templates: ClusterTemplates; close: () => Promise<void> }> {
  const db = openSqlite(join(folder, 'farfield.db'));
  await migrate(db);
  const startTimes = new StartTimes(db, workspaceId('w'));
  await startTimes.run();
  await startTimes.measured({ kind: 'dask', size: form.size, ms: 1_800 });
  const templates = new ClusterTemplates({
    db,
    workspaceId: workspaceId('w'),
    seal: new Seal(join(folder, 'seal.key')),
    clusters: {
      machine: () => ({ cores: 2, memoryBytes: 8e9, freeDiskBytes: 9e9 }),
      admit: (_kind, size) => (size.workers > 4 ? tooLarge : null),
    },
    startTimes,
    randomId: () => `t${(ids += 1)}`,
  });
  await templates.run();
  let closed = false;
  const close = async (): Promise<void> => {
    if (!closed) await db.destroy();
    closed = true;
  };
  closing.push(close);
  return { templates, close };
}

const form: ClusterTemplateForm & { size: object } = {
  label: 'mine',
  kind: 'dask',
  size: { workers: 3, threads: 1, memoryBytes: 5e8 },
  idleMinutes: 15,
  environment: { KEY: 'tell-nobody', PLACE: 'here' },
};
const parsed = templateFormSchema.parse(form);

function must<Value>(value: Value | Fault): Value {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Value;
}

it('has one of each kind from the start, sized for the machine', async () => {
  const { templates } = await open();
  expect(templates.list().map(({ label, shipped, refusal }) => [label, shipped, refusal])).toEqual(
    ['Spark, small', 'Spark Connect, small', 'Dask, small', 'Ray, small'].map((label) => [label, true, null]),
  );
});

it('keeps an own one over a restart, says whether it fits and how long it takes, and no value of its variables', async () => {
  const first = await open();
  const { id } = must(await first.templates.create(parsed));
  await first.close();
  const { templates, close } = await open();
  const kept = { id, label: 'mine', shipped: false, environment: ['KEY', 'PLACE'], lastStartMs: 1_800, refusal: null };
  expect(templates.list().at(-1)).toMatchObject(kept);
  expect(JSON.stringify(templates.list())).not.toContain('tell-nobody');
  const grown = { size: { ...form.size, workers: 5 } };
  expect(must(await templates.change(id, grown))).toMatchObject({ refusal: tooLarge, lastStartMs: null });
  await close();
  for (const file of await readdir(folder)) {
    expect(await readFile(join(folder, file), 'latin1')).not.toContain('tell-nobody');
  }
});

it('fills a launch: what the form names goes before what the template has', async () => {
  const { templates } = await open();
  const { id } = must(await templates.create(parsed));
  expect(templates.fill({ templateId: id, idleMinutes: null, environment: { PLACE: 'there' } })).toEqual({
    kind: 'dask',
    label: 'mine',
    size: form.size,
    idleMinutes: null,
    environment: { KEY: 'tell-nobody', PLACE: 'there' },
  });
  expect(templates.fill({ kind: 'dask', size: form.size })).toMatchObject({ label: 'Dask', idleMinutes: null });
  expect(templates.fill({ kind: 'dask' })).toMatchObject({ fault: 'request.invalid' });
  expect(templates.fill({ templateId: 'gone' })).toMatchObject({ fault: 'template.notFound' });
});

it('a change keeps the values that it does not know, and drops the variables that it does not name', async () => {
  const { templates } = await open();
  const { id } = must(await templates.create(parsed));
  must(await templates.change(id, { environment: { KEY: null, NEW: '1' } }));
  expect(templates.fill({ templateId: id })).toMatchObject({ environment: { KEY: 'tell-nobody', NEW: '1' } });
  must(await templates.change(id, { label: 'other' }));
  expect(templates.fill({ templateId: id })).toMatchObject({
    label: 'other',
    environment: { KEY: 'tell-nobody', NEW: '1' },
  });
});

it('what was sealed with another key file is not left out in silence, and is there again with its key', async () => {
  const key = join(folder, 'seal.key');
  const first = await open();
  const { id } = must(await first.templates.create(parsed));
  await first.close();
  await rename(key, `${key}.away`);
  const elsewhere = await open();
  const sealed = { fault: 'cluster.refused', message: expect.stringContaining('another key file') };
  expect(elsewhere.templates.fill({ templateId: id })).toMatchObject(sealed);
  expect(await elsewhere.templates.duplicate(id)).toMatchObject(sealed);
  expect(elsewhere.templates.export(id)).toMatchObject(sealed);
  must(await elsewhere.templates.change(id, { label: 'some' }));
  must(await elsewhere.templates.change(id, { label: 'other', environment: {} }));
  expect(elsewhere.templates.fill({ templateId: id })).toMatchObject(sealed);
  await elsewhere.close();
  await rename(`${key}.away`, key);
  const back = await open();
  expect(back.templates.fill({ templateId: id })).toMatchObject({ label: 'other', environment: form.environment });
});

it('whoever names an environment anew takes the place of what was sealed with another key file', async () => {
  const first = await open();
  const { id } = must(await first.templates.create(parsed));
  await first.close();
  await rm(join(folder, 'seal.key'));
  const elsewhere = await open();
  must(await elsewhere.templates.change(id, { environment: { KEY: 'anew' } }));
  expect(elsewhere.templates.fill({ templateId: id })).toMatchObject({ environment: { KEY: 'anew' } });
  await elsewhere.close();
  const { templates } = await open();
  expect(templates.fill({ templateId: id })).toMatchObject({ environment: { KEY: 'anew' } });
});

it('those that come with the product are copied, and neither changed nor deleted', async () => {
  const { templates } = await open();
  expect(await templates.change('small-dask', { label: 'x' })).toMatchObject({ fault: 'template.shipped' });
  expect(await templates.remove('small-dask')).toMatchObject({ fault: 'template.shipped' });
  const copy = must(await templates.duplicate('small-dask'));
  expect(copy).toMatchObject({ label: 'Dask, small (2)', shipped: false, kind: 'dask' });
  expect(must(await templates.duplicate(copy.id)).label).toBe('Dask, small (3)');
  expect(await templates.remove(copy.id)).toBeNull();
  expect(await templates.remove(copy.id)).toMatchObject({ fault: 'template.notFound' });
});

it('goes out as YAML without secrets, and comes in again', async () => {
  const { templates } = await open();
  const { id } = must(await templates.create(parsed));
  const { name, yaml } = must(templates.export(id));
  expect([name, yaml]).toEqual(['mine.yaml', expect.not.stringContaining('tell-nobody')]);
  const imported = must(await templates.import(yaml));
  const [back] = imported.templates;
  expect(back).toMatchObject({ label: 'mine (2)', size: form.size, idleMinutes: 15, environment: ['KEY', 'PLACE'] });
  expect(imported.missing.map((one) => one.name)).toEqual(['KEY', 'PLACE']);
});

const template = 'label: a\n    kind: dask\n    size: { workers: 1, threads: 1, memoryBytes: 500000000 }';
const file = (text: string): string => `farfield: 1\nclusterTemplates:\n  - ${text}\n`;

it('reads what a person writes', async () => {
  const { templates } = await open();
  const text = file(`${template}\n    environment: { PORT: 8080, DEBUG: true }`);
  const { templates: kept } = must(await templates.import(text));
  expect(templates.fill({ templateId: kept[0]?.id })).toMatchObject({
    idleMinutes: null,
    environment: { PORT: '8080', DEBUG: 'true' },
  });
});

it.each<[string, string, RegExp]>([
  ['no YAML', 'a: [', /no YAML/],
  ['nothing of ours', 'hello', /object/i],
  ['a version that is not known', file(template).replace('1', '2'), /^farfield/],
  ['an unknown kind', file(template.replace('dask', 'hadoop')), /^clusterTemplates.0.kind/],
  ['a field that means nothing', file(`${template}\n    colour: red`), /colour/],
  ['a name that no shell takes', file(`${template}\n    environment: { "A B": 1 }`), /environment/],
  ['a variable twice', file(`${template}\n    environment: { A: 1, A: 2 }`), /unique/],
  ['what unfolds without end', `a: &a [x]\nb: &b [${'*a, '.repeat(30)}]\n${file(template)}`, /alias/i],
])('an import of %s says what is wrong, and keeps nothing', async (_, text, why) => {
  const { templates } = await open();
  const answer = await templates.import(text);
  expect(isFault(answer) && answer).toMatchObject({
    fault: 'request.invalid',
    message: expect.stringMatching(why),
    hint: expect.any(String),
  });
  expect(templates.list().filter(({ shipped }) => !shipped)).toEqual([]);
});
