import assert from 'node:assert/strict'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'

/** Which import, in which file, and whether it is allowed (docs/DESIGN.md). */
const IMPORTS = [
  ['inference/photo.ts', './decoder', true],
  ['inference/decoders/sharp.ts', '../decoder', true],
  ['inference/photo.ts', '../serving/env', false],
  ['inference/photo.ts', '../test/helpers/wire', false],
  ['serving/config.ts', '../inference', true],
  ['serving/config.ts', '../inference/index', true],
  ['serving/config.ts', '../inference/photo', false],
  ['serving/config.ts', '../container/server', false],
  ['container/server.ts', '../serving/server', true],
  ['container/server.ts', '../functions/kubeless/event', false],
  ['container/server.ts', '../inference/pool', false],
  ['functions/kubeless/runtime/server.ts', '../../../serving/server', true],
  ['functions/kubeless/runtime/server.ts', '../event', true],
  ['functions/kubeless/handler.ts', '../../inference', true],
  ['functions/kubeless/handler.ts', '../../inference/respond', false],
  ['functions/kubeless/handler.ts', '../../container/server', false],
  ['model-training/main.ts', '../inference', true],
  ['model-training/main.ts', '../inference/photo', false],
  ['model-training/main.ts', '../serving/env', false],
  ['model-catalogue/add.ts', '../inference/index', true],
  ['model-catalogue/add.ts', '../inference/model', false],
  ['model-catalogue/add.ts', '../model-training/json', false],
  ['container/server.ts', '../model-catalogue/add', false],
  ['container/main.ts', '../web', true],
  ['container/main.ts', '../web/index', true],
  ['container/main.ts', '../web/server/proxy', false],
  ['functions/openfaas/main.ts', '../../web', false],
  ['web/main.ts', './server/proxy', true],
  ['web/main.ts', '../bench/usage-error', false],
  ['web/server/page.ts', '../../inference', false],
  ['web/page/main.ts', '../../inference/labels', false],
  ['test/arrows.test.ts', '../inference/photo', true],
] as const

describe("lint holds the design's arrows", () => {
  const eslint = new ESLint({
    overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
  })

  for (const [file, imported, allowed] of IMPORTS) {
    it(`${allowed ? 'allows' : 'forbids'} ${imported} in ${file}`, async () => {
      const [result] = await eslint.lintText(`import '${imported}'\n`, { filePath: file })
      const rules = result?.messages.map(({ ruleId }) => ruleId) ?? []
      assert.equal(
        !rules.includes('no-restricted-imports'),
        allowed,
        JSON.stringify(result?.messages),
      )
    })
  }
})
