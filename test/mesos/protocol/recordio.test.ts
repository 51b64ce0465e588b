import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  decodeRecords,
  encodeRecord,
  MalformedRecord,
  type RecordState,
  recordDecoder,
} from '../../../mesos/protocol/recordio.ts'
import { recordedBytes, recordsOf } from './recordings.ts'

const maxBytes = 1 << 20

/** Cuts `bytes` at the given places. */
const chunksOf = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

const decodeAll = (chunks: readonly Uint8Array[]): Buffer[] => {
  const decoder = recordDecoder({ maxBytes })
  const records = chunks.flatMap(chunk => [...decoder.push(chunk)])
  decoder.end()
  return records.map(record => Buffer.from(record))
}

const records = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 })
const cuts = fc.array(fc.nat(), { maxLength: 30 })

test('records come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(records, cuts, (wanted, places) => {
      const stream = Buffer.concat(wanted.map(encodeRecord))
      assert.equal(
        decodeAll(chunksOf(stream, places)),
        wanted.map(record => Buffer.from(record)),
      )
    }),
  )
})

for (const stream of [
  'scheduler-json/main',
  'scheduler-json/takeover',
  'scheduler-json/removed',
  'scheduler-protobuf/main',
  'scheduler-protobuf/takeover',
  'scheduler-protobuf/removed',
  'executor/main',
]) {
  test(`the recorded stream ${stream}, byte by byte and re-encoded`, () => {
    const bytes = recordedBytes(`${stream}.recordio`)
    const whole = recordsOf(bytes)
    assert.ok(whole.length > 0)
    const single = decodeAll(Array.from(bytes, byte => Uint8Array.of(byte)))
    assert.equal(
      single,
      whole.map(record => Buffer.from(record)),
    )
    assert.is(Buffer.compare(Buffer.concat(whole.map(encodeRecord)), bytes), 0)
  })
}

const refuses = (stream: string, message: RegExp): void => {
  assert.throws(
    () => decodeAll([Buffer.from(stream)]),
    (error: unknown) => error instanceof MalformedRecord && message.test(error.message),
    stream,
  )
}

test('a malformed length is refused with what was seen', () => {
  refuses('abc\n', /not "a"/)
  refuses('12x\n', /not "12x"/)
  refuses('-1\n', /not "-"/)
  refuses('\nabc', /without a length/)
  refuses('1048577\n', /1048577 bytes or more, over the bound of 1048576/)
  refuses('HTTP/1.1 200 OK', /not "H"/)
  refuses('0'.repeat(21), /over the bound/)
})

test('a stream that ends inside a record is refused', () => {
  refuses('5\nabc', /2 bytes short of a record of 5 bytes/)
  refuses('5', /inside the record length 5/)
})

test('the records before the fault are delivered', () => {
  const decoder = recordDecoder({ maxBytes })
  const seen: string[] = []
  assert.throws(() => {
    for (const record of decoder.push(Buffer.from('2\nok3\nyesbad')))
      seen.push(Buffer.from(record).toString())
  }, /not "b"/)
  assert.equal(seen, ['ok', 'yes'])
  assert.throws(() => [...decoder.push(Buffer.from('1\na'))], /not "b"/)
})

test('an empty record is a record', () => {
  assert.equal(decodeAll([Buffer.from('0\n0\n1\na')]), [Buffer.from(''), Buffer.from(''), Buffer.from('a')])
})

test('a step leaves the state before it as it was', () => {
  const half: RecordState = { phase: 'body', length: 4, parts: [Buffer.from('ab')], missing: 2 }
  const first = decodeRecords(half, Buffer.from('cd'), maxBytes)
  const second = decodeRecords(half, Buffer.from('xy'), maxBytes)
  assert.equal(first.records.map(String), ['abcd'])
  assert.equal(second.records.map(String), ['abxy'])
})

test('any bytes end as records or as MalformedRecord', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), cuts, (bytes, places) => {
      try {
        decodeAll(chunksOf(bytes, places))
      } catch (error) {
        assert.instance(error, MalformedRecord)
      }
    }),
  )
})

test.run()
