import { z } from 'zod';
import { type ClusterAbility, type ClusterKind, clusterKindSchema } from '#lib/core/cluster/kind.ts';

export { clusterKindSchema, type ClusterKind };

/** Where a cluster is, for kernels and for us. Secrets are apart: they never come down to a browser. */
export type ClusterPlace = {
  /** For kernels, in the engine's own spelling. */
  readonly address: string;
  /** Base URL of what tells about the cluster. */
  readonly dashboard: string;
};

/** What lets kernels in. Files lie on the machine of the kernel. */
export type ClusterKeys = {
  readonly token?: string;
  /** The Python that its workers run, where a kernel has to name it. */
  readonly python?: string;
  /** Folder of the engine's own settings, secrets among them. */
  readonly settings?: string;
  /** Folder of the engine's own modules, for a kernel that has none of them. */
  readonly packages?: string;
  readonly files?: { readonly authority: string; readonly certificate: string; readonly key: string };
};

/** How a kernel is told of its cluster: with this environment the one-liner needs no address. */
export type KernelBinding = {
  readonly environment: Readonly<Record<string, string>>;
  readonly line: string;
};

/** One kind. A difference between kinds is a value here, so that nothing asks which kind it has. */
export type ClusterManifest = {
  readonly label: string;
  /** One line for who chooses. */
  readonly about: string;
  /** What a kernel imports to use it. */
  readonly module: string;
  /** Reads what a person enters to attach one. */
  readonly place: z.ZodType<ClusterPlace>;
  readonly examples: ClusterPlace;
  /** The token that may be entered, in the engine's own words; null: it knows none. */
  readonly token: string | null;
  readonly attached: readonly ClusterAbility[];
  readonly launched: readonly ClusterAbility[];
  readonly bind: (place: ClusterPlace, keys: ClusterKeys) => KernelBinding;
};

/** `host:port` after one of these schemes; an address holds no credentials and no path. */
function address(...schemes: readonly string[]): z.ZodType<string> {
  const pattern = new RegExp(`^(?:${schemes.join('|')})(?:[\\w.-]+|\\[[0-9a-fA-F:.]+\\]):\\d{1,5}$`);
  const spelling = `Enter ${schemes.map((scheme) => `${scheme}host:port`).join(' or ')}.`;
  return z.string().trim().max(512).regex(pattern, spelling);
}

const webUrl = z
  .string()
  .trim()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '';
  }, 'Enter a http or https address without user, password or query.')
  .transform((text) => (text.endsWith('/') ? text : `${text}/`));

const everything: readonly ClusterAbility[] = ['describe', 'start', 'stop', 'scale', 'metrics', 'events', 'logs'];

export const clusterManifests: Readonly<Record<ClusterKind, ClusterManifest>> = {
  'spark-standalone': {
    label: 'Spark',
    about: 'Spark with its own master and workers; the driver runs in the kernel.',
    module: 'pyspark',
    place: z.object({ address: address('spark://'), dashboard: webUrl }),
    examples: { address: 'spark://master:7077', dashboard: 'http://master:8080/' },
    // A driver takes spark.authenticate.secret from its settings alone, which lie where the kernel is.
    token: null,
    attached: ['describe'],
    launched: ['describe', 'start', 'stop', 'scale', 'metrics', 'logs'],
    bind: ({ address: master }, { settings, python }) => ({
      environment: {
        PYSPARK_SUBMIT_ARGS: `--master ${master} pyspark-shell`,
        ...(settings === undefined ? {} : { SPARK_CONF_DIR: settings }),
        ...(python === undefined ? {} : { PYSPARK_PYTHON: python }),
      },
      line: 'SparkSession.builder.getOrCreate()',
    }),
  },
  'spark-connect': {
    label: 'Spark Connect',
    about: 'The driver runs at the cluster; kernels need no Java and may come and go.',
    module: 'pyspark',
    // Over gRPC a server tells nothing of itself: its pages do.
    place: z.object({ address: address('sc://'), dashboard: webUrl }),
    examples: { address: 'sc://server:15002', dashboard: 'http://server:4040/' },
    token: 'spark.connect.authenticate.token',
    attached: ['describe', 'metrics'],
    launched: ['describe', 'start', 'stop', 'metrics', 'logs'],
    bind: ({ address: server }, { token }) => ({
      environment: {
        SPARK_REMOTE: server,
        ...(token === undefined ? {} : { SPARK_CONNECT_AUTHENTICATE_TOKEN: token }),
      },
      line: 'SparkSession.builder.getOrCreate()',
    }),
  },
  dask: {
    label: 'Dask',
    about: 'A scheduler and workers in Python; arrays, data frames and futures.',
    module: 'distributed',
    place: z.object({ address: address('tcp://', 'tls://'), dashboard: webUrl }),
    examples: { address: 'tcp://scheduler:8786', dashboard: 'http://scheduler:8787/' },
    token: null,
    attached: ['describe', 'metrics', 'logs'],
    launched: everything,
    bind: ({ address: scheduler }, { files }) => ({
      environment: {
        DASK_SCHEDULER_ADDRESS: scheduler,
        ...(files === undefined
          ? {}
          : {
              DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION: 'True',
              DASK_DISTRIBUTED__COMM__TLS__CA_FILE: files.authority,
              DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT: files.certificate,
              DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY: files.key,
            }),
      },
      line: 'dask.distributed.Client()',
    }),
  },
  ray: {
    label: 'Ray',
    about: 'Tasks and actors in Python, with a store of objects on each node.',
    module: 'ray',
    place: z.object({ address: address('ray://', ''), dashboard: webUrl }),
    examples: { address: 'ray://head:10001', dashboard: 'http://head:8265/' },
    token: 'RAY_AUTH_TOKEN',
    attached: ['describe', 'metrics', 'logs'],
    launched: ['describe', 'start', 'stop', 'scale', 'metrics', 'logs'],
    bind: ({ address: head }, { token, settings }) => ({
      environment: {
        RAY_ADDRESS: head,
        ...(token === undefined ? {} : { RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN: token }),
        // The last one keeps a driver on loopback: else Ray puts the machine's address on the network for 127.0.0.1.
        ...(settings === undefined
          ? {}
          : {
              RAY_AUTH_MODE: 'token',
              RAY_AUTH_TOKEN_PATH: `${settings}/token`,
              RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '0',
              RAY_USAGE_STATS_ENABLED: '0',
              RAY_task_events_report_interval_ms: '300',
            }),
      },
      line: 'ray.init()',
    }),
  },
};

export function may(manifest: ClusterManifest, origin: 'attached' | 'launched', ability: ClusterAbility): boolean {
  return manifest[origin].includes(ability);
}
