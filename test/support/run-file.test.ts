import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runFile } from './run-file.ts'
import { tempDir } from './temp.ts'

const uvu = pathToFileURL(createRequire(import.meta.url).resolve('uvu')).href
const errors = pathToFileURL('api/errors.ts').href
const dir = tempDir('run-file')

/** What the runner says of a test file with this text. */
const outcome = async (text: string, ms = 60_000) => {
  const file = join(dir, `${Math.random().toString(36).slice(2)}.test.mjs`)
  writeFileSync(file, `import uvu from '${uvu}'; const { test } = uvu\n${text}\n`)
  const { passed, failed, skipped } = await runFile(file, ms)
  return [passed, failed, skipped]
}

const cases: [string, string, readonly number[]][] = [
  ['tests that pass', "test('a', () => {}); test('b', () => {}); test.run()", [2, 0, 0]],
  ['a skipped one beside', "test('a', () => {}); test.skip('b', () => {}); test.run()", [1, 0, 1]],
  [
    'one that fails',
    "test('a', () => {}); test('b', () => { throw new Error('no') }); test.run()",
    [1, 1, 0],
  ],
  [
    'one that fails with an error of the API, whose details are no text',
    `import { noResource } from '${errors}'; test('a', () => {}); test('b', () => { throw noResource() }); test.run()`,
    [1, 1, 0],
  ],
  [
    'a hook that throws',
    "test.before(() => { throw new Error('no') }); test('a', () => {}); test.run()",
    [0, 1, 0],
  ],
  ['no test', 'test.run()', [0, 1, 0]],
  ['tests that are never run', "test('a', () => {})", [0, 1, 0]],
  ['an end before the end', "test('a', () => process.exit(0)); test('b', () => {}); test.run()", [0, 1, 0]],
  ['a file that can not be loaded', "import './absent.mjs'", [0, 1, 0]],
  [
    'an error that nobody waits for',
    "test('a', () => {}); test.run(); setTimeout(() => { throw new Error('no') }, 50)",
    [1, 1, 0],
  ],
]
for (const [name, text, expected] of cases) {
  test(name, async () => assert.equal(await outcome(text), expected))
}

test('one that hangs is ended', async () => {
  assert.equal(
    await outcome("test('a', () => new Promise(() => setInterval(() => {}, 1000))); test.run()", 3_000),
    [0, 1, 0],
  )
})

test.run()
