// SPDX-License-Identifier: Apache-2.0
// The walls of the client (who may import whom), and the size gates.
import tseslint from 'typescript-eslint';

const wall = (folder, allowed) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^\\.\\./(?!(${allowed.join('|') || 'nothing'})/)`,
            message: `${folder}/ may import ${allowed.join(', ') || 'nothing of ours'} only`,
          },
          ...(folder === 'view' || folder === 'text'
            ? []
            : [{ regex: '^(react|react-dom|react-aria-components|react-i18next)(/|$)', message: 'React stays in view/' }]),
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 50, skipComments: true }],
      'max-depth': ['error', 4],
      'max-params': ['error', 6],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'string unions instead of enum' },
        { selector: 'ExportDefaultDeclaration', message: 'named exports only' },
      ],
    },
  },
  wall('protocol', []),
  wall('net', ['protocol']),
  wall('rtc', ['protocol']),
  wall('lesson', ['protocol']),
  wall('a11y', []),
  wall('text', []),
  wall('view', ['protocol', 'lesson', 'a11y', 'text', 'style']),
  {
    // Run from the repository's root for these (package.json, lint).
    files: ['*.config.js', 'tests/client/**/*.{ts,tsx}'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 300 }], 'no-restricted-syntax': 'off' },
  },
);
