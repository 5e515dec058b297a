// Lint: strict TypeScript, and the one-way floors of the house (docs/architecture.md).
import tseslint from 'typescript-eslint';

/** Lower floors first; a folder imports only from floors below it. `reference` and `gpu` share a floor and do not see each other. */
const floors = [['isa'], ['machine'], ['reference', 'gpu'], ['cartridge'], ['screen'], ['supervisor'], ['agent'], ['conformance'], ['cli']];

const walls = floors.flatMap((floor, level) =>
  floor.map((folder) => {
    const closed = floors.flatMap((other, at) => (at > level || at === level ? other.filter((name) => name !== folder) : []));
    return {
      files: [`src/${folder}/**/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              ...(closed.length
                ? [
                    {
                      group: closed.flatMap((name) => [`**/${name}/*`, `**/${name}/**`]),
                      message: `src/${folder} stands below or beside that floor (docs/architecture.md).`,
                    },
                  ]
                : []),
              ...(folder === 'cli' ? [] : [{ group: ['node:*'], message: `src/${folder} runs in browsers too.` }]),
            ],
          },
        ],
      },
    };
  }),
);

export default tseslint.config(
  // AssemblyScript is another language: its own compiler checks it.
  { ignores: ['dist/**', 'web-dist/**', 'node_modules/**', '**/*.generated.ts', 'tmp/**', 'src/supervisor/processes/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts', '**/*.mjs', '**/*.js'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly' },
    },
  },
  ...walls,
);
