import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

const rooms = [
  'project',
  'parse',
  'graph',
  'sql',
  'compile',
  'analyze',
  'plan',
  'adapters',
  'run',
  'report',
  'land',
];

/** Libraries that may be imported from one room only (docs/adr/0001). */
const homes = {
  nunjucks: ['compile'],
  yaml: ['project'],
  zod: ['project'],
  ignore: ['project'],
  graphlib: ['graph'],
  '@duckdb/node-api': ['adapters/duckdb'],
  '@aws-sdk/client-athena': ['adapters/athena'],
  '@aws-sdk/client-glue': ['adapters/athena'],
  '@aws-sdk/client-lakeformation': ['adapters/athena'],
  '@aws-sdk/client-s3': ['adapters/athena'],
  '@aws-sdk/client-sts': ['adapters/athena'],
  '@aws-sdk/lib-storage': ['adapters/athena'],
  commander: ['cli'],
};

/** Every room imports core/ and itself; only cli/ and src/index.ts compose the others. */
const starRule = rooms.map((room) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [...rooms, 'cli']
              .filter((other) => other !== room)
              .map((other) => `**/${other}/**`),
            message: `src/${room}/ may import only src/core/ and itself (the star rule, docs/adr/0001).`,
          },
          ...Object.entries(homes)
            .filter(
              ([, allowed]) =>
                !allowed.some((home) => home === room || home.startsWith(`${room}/`)),
            )
            .map(([name, allowed]) => ({
              group: [name, `${name}/*`],
              message: `${name} lives in src/${allowed.join(', ')}/ only.`,
            })),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'target/', 'node_modules/', 'fixtures/', '**/*.mjs', '**/*.js'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)),
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A switch over a wide union may say what holds for all others in its default.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  ...starRule,
  {
    files: ['src/{core,parse,graph,compile,analyze,plan}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'A pure room has no process; take the value as an argument.' },
        { name: 'Date', message: 'A pure room has no clock; take the time as an argument.' },
        { name: 'console', message: 'A pure room prints nothing; return diagnostics.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'A pure room is deterministic.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'e2e/**', 'bench/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
