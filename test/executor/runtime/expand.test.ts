import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { expand } from '../../../executor/runtime/expand.ts'

const variables = new Map([
  ['PORT0', '31005'],
  ['EMPTY', ''],
  ['OTHER', '$(PORT0)'],
])

// As in Kubernetes' own table for its expansion.
for (const [text, wanted] of [
  ['--port=$(PORT0)', '--port=31005'],
  ['$(PORT0)$(PORT0)', '3100531005'],
  ['[$(EMPTY)]', '[]'],
  ['$(OTHER)', '$(PORT0)'],
  ['$(NONE)', '$(NONE)'],
  ['$$(PORT0)', '$(PORT0)'],
  ['$$$(PORT0)', '$31005'],
  ['$$$$(PORT0)', '$$(PORT0)'],
  ['$PORT0', '$PORT0'],
  ['${PORT0}', '${PORT0}'],
  ['$(PORT0', '$(PORT0'],
  ['$(A $(PORT0))', '$(A $(PORT0))'],
  ['cost: 5$', 'cost: 5$'],
  ['', ''],
] as const) {
  test(`${JSON.stringify(text)} gives ${JSON.stringify(wanted)}`, () => {
    assert.is(expand(text, variables), wanted)
  })
}

test('any text survives when its dollar signs are doubled', () => {
  fc.assert(fc.property(fc.string(), text => expand(text.replaceAll('$', '$$$$'), variables) === text))
})

test.run()
