/** Who may import whom. `scripts/import-rules` applies it to a mirror of the tree, types included, as `.js` files. */

const TEST = '(\\.(test|sim)\\.js$|/testing/|/testkit/|/simulation/|/test-only/)';
const LIBRARY = 'node_modules/';

/** One rule per package: what it may reach beside itself and Node's own modules. */
function only(name, folders, libraries, types, comment) {
  const allowed = [
    `^packages/(${[name, ...folders].join('|')})/`,
    ...libraries.map((it) => `${LIBRARY}${it}(/|$)`),
    ...types,
  ];
  return {
    name: `${name}-imports`,
    comment,
    severity: 'error',
    from: { path: `^packages/${name}/`, pathNot: TEST },
    to: { pathNot: allowed, dependencyTypesNot: ['core'], path: '.' },
  };
}

/** The libraries of syntax trees: mdast is the common rich text, hast is HTML. */
const MDAST = ['mdast-util-[^/]+', 'micromark[^/]*', 'hast-util-[^/]+'];

module.exports = {
  forbidden: [
    only(
      'sdk',
      [],
      ['zod', ...MDAST],
      ['^(mdast|hast)$'],
      'sdk → zod and the mdast, micromark and hast libraries',
    ),
    only('engine', ['sdk'], ['node-diff3'], [], 'engine → sdk, node-diff3'),
    only('connectors', ['sdk'], ['zod'], [], 'connectors → sdk, zod'),
    only('api', [], ['zod', 'hono', '@hono/zod-openapi'], [], 'api → zod, hono'),
    {
      name: 'server-imports',
      comment: 'server → sdk, engine, connectors, api',
      severity: 'error',
      from: { path: '^packages/server/', pathNot: TEST },
      to: { path: '^packages/', pathNot: '^packages/(server|sdk|engine|connectors|api)/' },
    },
    {
      name: 'cli-imports',
      comment: 'cli → api',
      severity: 'error',
      from: { path: '^packages/cli/', pathNot: TEST },
      to: { path: '^packages/', pathNot: '^packages/(cli|api|server)/' },
    },
    {
      name: 'cli-server-behind-commands',
      comment:
        'cli reaches the server only behind the commands that are the server: serve, backup and restore',
      severity: 'error',
      from: {
        path: '^packages/cli/',
        pathNot: [TEST, '^packages/cli/src/(commands/)?(serve|backup)(/|\\.js$)'],
      },
      to: { path: '^packages/server/' },
    },
    {
      name: 'no-connector-imports-another',
      comment: 'connectors never see each other; only src/index.ts lists them all',
      severity: 'error',
      from: { path: '^packages/connectors/src/([^/]+)/', pathNot: TEST },
      to: { path: '^packages/connectors/src/[^/]+/', pathNot: '^packages/connectors/src/$1/' },
    },
    {
      name: 'only-tests-import-test-code',
      comment: 'nothing but tests and scripts imports testing/ or testkit/',
      severity: 'error',
      from: { path: '^packages/', pathNot: TEST },
      to: { path: '^packages/.*/(testing|testkit|simulation)/' },
    },
    {
      name: 'only-tests-import-development-libraries',
      comment: 'vitest, fast-check and friends are not installed with the product',
      severity: 'error',
      from: { path: '^packages/', pathNot: TEST },
      to: { path: `${LIBRARY}(vitest|fast-check|vite|prettier|oxlint)(/|$)` },
    },
    {
      name: 'packages-know-no-scripts',
      comment: 'only tests against real trackers ask scripts where they are',
      severity: 'error',
      from: { path: '^packages/', pathNot: '\\.real\\.test\\.js$' },
      to: { path: '^(scripts|bench|e2e)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'the file or the library must be there (mdast and hast have types only)',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(mdast|hast|unist)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
