import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Who may import whom (docs/DESIGN.md): a folder sees only what is listed for it. */
const ARROWS = {
  inference: [],
  serving: ['inference/index'],
  messaging: ['inference/index'],
  container: ['inference/index', 'serving', 'messaging', 'web/index'],
  functions: ['inference/index', 'serving', 'messaging'],
  'model-training': ['inference/index'],
  'model-catalogue': ['inference/index'],
  bench: [],
  web: [],
}

const FOLDERS = Object.keys(ARROWS)

/** From `folder`, everything of the others is forbidden but what its arrows allow. */
function arrows(folder) {
  const allowed = ARROWS[folder]
  const forbidden = FOLDERS.filter((other) => other !== folder).flatMap((other) => {
    if (allowed.includes(other)) return []
    if (!allowed.includes(`${other}/index`)) return [`/${other}(/|$)`]
    // Only the folder itself, that is its index.
    return [`/${other}/(?!index$)`]
  })
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              // Relative paths only: a package may be called like one of our folders.
              regex: `^\\.{1,2}(?=/).*(${[...forbidden, '/test(/|$)'].join('|')})`,
              message: `${folder} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')} only`,
            },
          ],
        },
      ],
    },
  }
}

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'node_modules/', '.cache/', 'inference/models/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // process.env's members are index signatures, which tsc wants in brackets or not at all.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports.' },
      ],
      complexity: ['error', 12],
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      // A factory counts the lines of all the methods it returns; each of them stays well below 40.
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // What Serverless loads: CommonJS, as it is run.
    files: ['functions/kubeless/serverless-plugin/index.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' },
    },
  },
  {
    files: ['bench/peers/servers/first-written.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', process: 'readonly' },
    },
  },
  {
    // What k6 runs, and gives these to.
    files: ['bench/k6/*.js'],
    languageOptions: { globals: { __ENV: 'readonly', open: 'readonly' } },
  },
  {
    // The inner loops: typed arrays whose indices are in range by construction.
    files: [
      'inference/resize.ts',
      'inference/orient.ts',
      'inference/normalise.ts',
      'inference/onnx/*.ts',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  ...FOLDERS.map(arrows),
  {
    files: ['inference/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Only main.ts exits.' },
        { object: 'process', property: 'stdout', message: 'The core prints nothing.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)
