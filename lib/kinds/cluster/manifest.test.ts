import { describe, expect, it } from 'vitest';
import { clusterKindSchema, clusterManifests, may } from './manifest.ts';

const kinds = clusterKindSchema.options;

describe.each(kinds)('%s', (kind) => {
  const manifest = clusterManifests[kind];

  it('reads its own example', () => {
    expect(manifest.place.parse(manifest.examples)).toEqual(manifest.examples);
  });

  it.each(['http://host', 'file:///etc/passwd', 'host', '', '%kind://host:1/path', 'tcp://u:p@host:1'])(
    'refuses %s as an address',
    (address) => {
      expect(manifest.place.safeParse({ ...manifest.examples, address }).success).toBe(false);
    },
  );

  it('refuses a dashboard with credentials', () => {
    const dashboard = 'http://ada:secret@host:8787/';
    expect(manifest.place.safeParse({ ...manifest.examples, dashboard }).success).toBe(false);
  });

  it('can be described in both ways, and one that others run is neither started, stopped nor scaled', () => {
    expect(['attached', 'launched'].map((origin) => may(manifest, origin as 'attached', 'describe'))).toEqual([
      true,
      true,
    ]);
    expect((['start', 'stop', 'scale'] as const).some((ability) => may(manifest, 'attached', ability))).toBe(false);
  });

  it('tells a kernel the address, and a secret in no option that others see', () => {
    const { environment, line } = manifest.bind(manifest.examples, { token: 'tell-nobody' });
    expect(Object.values(environment).join(' ')).toContain(manifest.examples.address);
    expect(line).not.toContain(manifest.examples.address);
    expect(environment['PYSPARK_SUBMIT_ARGS'] ?? '').not.toContain('tell-nobody');
  });
});

it('a dashboard gets its slash', () => {
  const read = clusterManifests.dask.place.parse({ address: 'tls://[::1]:8786', dashboard: 'https://host/dask' });
  expect(read).toEqual({ address: 'tls://[::1]:8786', dashboard: 'https://host/dask/' });
});

it('a Dask kernel gets the files of its certificate', () => {
  const files = { authority: '/ca', certificate: '/cert', key: '/key' };
  expect(clusterManifests.dask.bind({ address: 'tls://h:1', dashboard: '' }, { files }).environment).toMatchObject({
    DASK_SCHEDULER_ADDRESS: 'tls://h:1',
    DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY: '/key',
  });
});
