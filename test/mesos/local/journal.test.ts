import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openJournal } from '../../../mesos/local/journal.ts'
import { tempDir } from '../../support/temp.ts'

const steps = fc.array(
  fc.oneof(
    fc.record({ put: fc.constantFrom('a', 'b', 'c'), value: fc.jsonValue() }),
    fc.record({ delete: fc.constantFrom('a', 'b', 'c') }),
    fc.constantFrom('sync' as const, 'reopen' as const),
  ),
)

test('what was put is there again, whenever it is opened', async () => {
  const dir = tempDir('journal')
  let run = 0
  await fc.assert(
    fc.asyncProperty(steps, async list => {
      const path = join(dir, String(run++))
      let journal = openJournal(path)
      const model = new Map<string, unknown>()
      for (const step of list) {
        if (step === 'sync') await journal.synced()
        else if (step === 'reopen') {
          await journal.close()
          journal = openJournal(path)
        } else if ('put' in step) {
          journal.put(step.put, step.value)
          model.set(step.put, JSON.parse(JSON.stringify(step.value)))
        } else {
          journal.delete(step.delete)
          model.delete(step.delete)
        }
      }
      await journal.close()
      assert.equal(Object.fromEntries(openJournal(path).entries), Object.fromEntries(model))
    }),
    { numRuns: 40 },
  )
})

test('a file that was cut anywhere is a beginning of what was written', async () => {
  const path = join(tempDir('journal'), 'journal')
  const journal = openJournal(path)
  for (let number = 0; number < 5; number++) {
    journal.put(`k${number}`, { number, text: 'ä\n' })
    await journal.synced()
  }
  await journal.close()
  const bytes = readFileSync(path)
  for (let length = 0; length <= bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length))
    const cut = openJournal(path)
    const keys = [...cut.entries.keys()]
    assert.equal(keys, ['k0', 'k1', 'k2', 'k3', 'k4'].slice(0, keys.length))
    cut.put('more', true)
    await cut.close()
    assert.equal([...openJournal(path).entries.keys()], [...keys, 'more'])
  }
})

test('a file of stale lines is rewritten', async () => {
  const path = join(tempDir('journal'), 'journal')
  const journal = openJournal(path)
  for (let round = 0; round < 30; round++) {
    for (let number = 0; number < 100; number++) journal.put('counter', round * 100 + number)
    await journal.synced()
  }
  await journal.close()
  assert.ok(readFileSync(path, 'utf8').split('\n').length < 2_500)
  assert.equal([...openJournal(path).entries], [['counter', 2999]])
})

test('nothing behind a line that cannot be read is believed', async () => {
  const path = join(tempDir('journal'), 'journal')
  appendFileSync(path, '["a",1]\n["b",\n["c",3]\n')
  assert.equal([...openJournal(path).entries], [['a', 1]])
})

test.run()
