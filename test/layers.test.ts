import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { forbidden, importsOf, layers } from './support/layers.ts'
import { tempDir } from './support/temp.ts'

/** A folder that is still to come has no files. */
const folders = [...new Set(Object.keys(layers).map(folder => folder.split('/')[0] ?? folder))].filter(
  existsSync,
)

const sources = folders.flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file)),
)

test('no part imports what its layer does not allow', async () => {
  const imports = await importsOf(sources)
  assert.ok(imports.length > sources.length, 'the imports were found')
  assert.equal(forbidden(imports), [])
})

/** The forbidden imports of a made-up tree of files. */
const check = async (files: Record<string, string>) => {
  const root = tempDir('layers')
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return forbidden(await importsOf(Object.keys(files), relative('.', root)))
}

test('a forbidden import is found, at run time and in types', async () => {
  const target = 'export const x = 1; export type X = number'
  const rest = { 'apiserver/a.ts': target, 'mesos/scheduler/s.ts': target, 'mesos/protocol/p.ts': target }
  assert.equal(
    await check({ ...rest, 'controllers/c.ts': "import { x } from '../apiserver/a.ts'; console.log(x)" }),
    [{ from: 'controllers/c.ts', to: 'apiserver/a.ts' }],
  )
  assert.equal(
    await check({
      ...rest,
      'executor/e.ts': "import type { X } from '../apiserver/a.ts'\nexport const y: X = 1",
    }),
    [{ from: 'executor/e.ts', to: 'apiserver/a.ts' }],
  )
  assert.equal(
    await check({ ...rest, 'controllers/c.ts': "export type { X } from '../mesos/scheduler/s.ts'" }),
    [{ from: 'controllers/c.ts', to: 'mesos/scheduler/s.ts' }],
  )
  assert.equal(
    await check({
      ...rest,
      'controllers/c.ts': "import { x } from '../mesos/protocol/p.ts'; console.log(x)",
    }),
    [],
  )
})

test.run()
