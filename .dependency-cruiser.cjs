/**
 * The fences: who may import whom (docs/ARCHITECTURE.md). Each rule has a planted violation in
 * server/testing/fence-probe.test.ts. Paths are those of the resolved file, so relative, `#`, type-only and dynamic imports all count.
 */

/** Files that are not part of the product: they may import anything. */
const tests = '\\.test\\.tsx?$|^server/testing/|^e2e/|^server/kinds/[^/]+/contract\\.ts$';

const pkg = (...names) => `(^|/)(node_modules/(${names.join('|')})(/|$)|(${names.join('|')})(/|$))`;

const purePackages = [
  'yjs',
  'zod',
  'markdown-it',
  'katex',
  'hast-util-[^/]+',
  'fractional-indexing',
  'diff',
  '@types/(hast|markdown-it|katex)',
];
const browserPackages = [
  ...purePackages,
  'react',
  'react-dom',
  '@types/(react|react-dom)',
  'socket\\.io-client',
  'y-protocols',
  'lib0',
];
const screenPackages = [
  ...browserPackages,
  '@base-ui/react',
  'lucide-react',
  'monaco-editor',
  '@xterm/[^/]+',
  'uplot',
  '@fontsource-variable/[^/]+',
];
const framePackages = ['plotly\\.js[^/]*', 'vega[^/]*', '@jupyter-widgets/[^/]+'];

/** From files under `path`, packages of node_modules and Node's own modules beyond `allowed` are refused. */
const packages = (name, path, allowed, comment) => [
  {
    name: `${name}-packages`,
    comment,
    severity: 'error',
    from: { path, pathNot: tests },
    to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'], pathNot: pkg(...allowed) },
  },
  {
    name: `${name}-no-node`,
    comment: `${path} runs in browsers: no Node.`,
    severity: 'error',
    from: { path, pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
];

/** Files under `path` may import, within this repository, only what `allowed` matches. */
const only = (name, path, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path, pathNot: tests },
  to: { dependencyTypes: ['local'], pathNot: allowed },
});

module.exports = {
  forbidden: [
    only('core-imports-core', '^lib/core/', '^lib/core/', 'lib/core imports itself and pure packages alone.'),
    ...packages('core', '^lib/core/', purePackages, 'lib/core imports only the pure packages of the fence list.'),

    only('protocol-imports-core', '^lib/protocol/', '^lib/(core|protocol)/', 'lib/protocol imports lib/core and zod.'),
    ...packages('protocol', '^lib/protocol/', ['zod'], 'lib/protocol imports lib/core and zod.'),

    only(
      'kinds-import-core',
      '^lib/kinds/',
      '^lib/(core|protocol|kinds)/',
      'lib/kinds imports core, protocol and zod.',
    ),
    ...packages('kinds', '^lib/kinds/', ['zod'], 'lib/kinds imports core, protocol and zod.'),

    only('client-imports-lib', '^lib/client/', '^lib/', 'lib/client imports lib alone.'),
    ...packages('client', '^lib/client/', browserPackages, 'lib/client imports React and browser packages.'),

    only('components-import-lib', '^components/', '^(lib|components)/', 'components import lib and components.'),
    {
      name: 'feature-imports-feature',
      comment: 'A feature folder never imports another: app composes them through slots.',
      severity: 'error',
      from: { path: '^components/([^/]+)/', pathNot: tests },
      to: { path: '^components/', pathNot: '^components/($1|ui|output)/' },
    },
    ...packages(
      'components',
      '^components/(?!output/frame/)',
      screenPackages,
      'components import React and the packages of the screen.',
    ),
    {
      name: 'monaco-in-editors',
      comment: 'Monaco only in components/notebook, components/file and, what they share, components/ui/monaco.',
      severity: 'error',
      from: { pathNot: '^components/(notebook|file|ui/monaco)/' },
      to: { path: pkg('monaco-editor') },
    },
    {
      name: 'xterm-in-terminals',
      comment: 'xterm only in components/terminal.',
      severity: 'error',
      from: { pathNot: '^components/terminal/' },
      to: { path: pkg('@xterm/[^/]+') },
    },
    {
      name: 'uplot-in-charts',
      comment: 'uPlot only in components/resource.',
      severity: 'error',
      from: { pathNot: '^components/resource/' },
      to: { path: pkg('uplot') },
    },
    {
      name: 'frame-libraries-in-frames',
      comment: 'plotly, vega and widgets only in components/output/frame.',
      severity: 'error',
      from: { pathNot: '^components/output/frame/' },
      to: { path: pkg(...framePackages) },
    },
    {
      name: 'frames-apart',
      comment: 'Code of the opaque frames is bundled apart; nothing else imports it.',
      severity: 'error',
      from: { pathNot: `^components/output/frame/|${tests}` },
      to: { path: '^components/output/frame/' },
    },

    only(
      'app-imports-bridge',
      '^app/',
      '^(app|components|lib)/|^server/next-bridge\\.ts$',
      'server/next-bridge.ts is the only door from app to the server.',
    ),
    ...packages(
      'app',
      '^app/(?!api/)',
      ['next', 'react', 'react-dom', '@types/(react|react-dom)', '@fontsource-variable/[^/]+', 'katex'],
      'app imports Next, React and style sheets of packages.',
    ),

    only(
      'server-imports-server',
      '^server/',
      '^(server|lib/(core|protocol|kinds))/|^package\\.json$',
      'server never imports what runs in a browser.',
    ),
    {
      name: 'kind-imports-port',
      comment:
        'An adapter imports lib, its own family’s port and what stands beside it, and what owns processes: never another kind, never a service.',
      severity: 'error',
      from: { path: '^server/kinds/([^/]+)/([^/]+)/', pathNot: tests },
      to: { path: '^server/', pathNot: '^server/kinds/$1/(?!registry\\.ts$)([^/]+\\.ts$|$2/)|^server/process/' },
    },
    only('process-apart', '^server/process/', '^(server/process|lib/core)/', 'server/process knows the system alone.'),
    {
      name: 'registry-names-kinds',
      comment: 'Only services.ts and the registries name concrete adapters.',
      severity: 'error',
      from: {
        pathNot: `^server/services\\.ts$|^server/kinds/[^/]+/registry\\.ts$|^server/kinds/[^/]+/[^/]+/|${tests}`,
      },
      to: { path: '^server/kinds/[^/]+/[^/]+/' },
    },
    {
      name: 'testing-in-tests',
      comment: 'Nothing but tests and e2e imports server/testing or a contract.',
      severity: 'error',
      from: { pathNot: tests },
      to: { path: '^server/testing/|^server/kinds/[^/]+/contract\\.ts$' },
    },
    {
      name: 'test-packages-in-tests',
      comment: 'Test packages stay in tests.',
      severity: 'error',
      from: { path: '^(app|components|lib|server)/', pathNot: tests },
      to: { path: pkg('vitest', 'fast-check', '@playwright/test', '@axe-core/playwright') },
    },
    {
      name: 'nobody-imports-tests',
      comment: 'Nothing imports a test file.',
      severity: 'error',
      from: {},
      to: { path: '\\.test\\.tsx?$' },
    },
    {
      name: 'across-folders-by-alias',
      comment: 'Across top-level folders import as #lib/…, #server/…, #components/….',
      severity: 'error',
      from: { path: '^(app|components|lib|server|e2e)/' },
      to: { path: '^(components|lib|server)/', pathNot: '^$1/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'no-cycle',
      comment: 'No import cycles, type-only imports included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      // hast is a package of types alone: @types/hast.
      comment: 'Every import resolves.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^hast$' },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    // Type-only imports count: a fence is about what a file knows, not about what is left after compilation.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css'],
    },
  },
};
