// Writes to the embedded store in the folder of the first argument until it is killed, and tells what was
// acknowledged: a line of JSON in the file of the second for each write, as soon as its promise has resolved. Values are
// large and keys live short, so that the store writes its log anew again and again.
import { openSync, writeSync } from 'node:fs'
import { openEmbeddedStore } from '../../store/embedded/embedded-store.ts'
import { silent } from '../../util/logger.ts'

const [path = '', record = '', round = ''] = process.argv.slice(2)
const file = openSync(record, 'a')
const store = await openEmbeddedStore({ path, logger: silent })

const acknowledged = (key: string, revision: number, value: string | null): void => {
  writeSync(file, `${JSON.stringify({ key, revision, value })}\n`)
}

const padding = '.'.repeat(8000)

const writer = async (name: string): Promise<never> => {
  for (let turn = 0; ; turn++) {
    const key = `/pods/${name}-${turn}`
    const first = `${padding}${round}.${turn}.first`
    const created = await store.create(key, Buffer.from(first))
    acknowledged(key, created, first)
    const second = `${padding}${round}.${turn}.second`
    const updated = await store.update(key, Buffer.from(second), created)
    acknowledged(key, updated, second)
    if (turn % 3 > 0) acknowledged(key, await store.delete(key, updated), null)
    if (turn % 50 === 49) await store.compact(updated - 20)
  }
}

await Promise.all(Array.from({ length: 8 }, (_, n) => writer(`${round}-${n}`)))
