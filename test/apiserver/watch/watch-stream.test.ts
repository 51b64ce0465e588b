import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { frame } from '../../../apiserver/watch/event-format.ts'
import { jsonStream } from '../../../apiserver/watch/json-stream.ts'
import { protobufStream } from '../../../apiserver/watch/protobuf-stream.ts'
import { readWatchEvent } from '../protobuf-watch.ts'

const event = fc
  .tuple(
    fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'),
    fc.string({ minLength: 1, maxLength: 300 }),
  )
  .map(([type, name]) => ({ type, object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name } } }))

const readers = [
  ['JSON', jsonStream, (message: Buffer) => JSON.parse(message.toString())],
  ['protobuf', protobufStream, readWatchEvent],
] as const

for (const [name, stream, read] of readers) {
  test(`the events of a stream of ${name} are told apart`, () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), all => {
        const { events } = frame(all.map(({ type, object }) => stream.event(type, stream.encode(object))))
        assert.equal(stream.split(events).map(read), all)
      }),
    )
  })
}

test.run()
