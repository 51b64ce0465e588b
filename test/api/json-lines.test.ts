import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { jsonLines } from '../../api/json-lines.ts'

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const size of sizes) {
    yield bytes.subarray(at, at + size)
    at += size
  }
  yield bytes.subarray(at)
}

const read = async (text: string, sizes: readonly number[] = []): Promise<unknown[]> => {
  const values: unknown[] = []
  for await (const some of jsonLines<unknown>(cut(Buffer.from(text), sizes))) values.push(...some)
  return values
}

test('what is written comes out, wherever the chunks end', async () => {
  const values = fc.array(fc.jsonValue({ stringUnit: 'grapheme' }))
  await fc.assert(
    fc.asyncProperty(values, fc.array(fc.nat(9)), async (values, sizes) => {
      const text = values.map(value => `${JSON.stringify(value)}\n`).join('')
      assert.equal(await read(text, sizes), JSON.parse(JSON.stringify(values)))
    }),
  )
})

test('empty lines are nothing, a broken last line is an error', async () => {
  assert.equal(await read('\n1\r\n\n  \n2\n'), [1, 2])
  for (const text of ['1', '{"a":\n', '1\n{"a"']) {
    await read(text).then(
      () => assert.unreachable(),
      error => assert.instance(error, Error),
    )
  }
})

test.run()
