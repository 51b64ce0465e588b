import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type HttpAnswer, MalformedAnswer, readAnswer } from '../../../mesos/protocol/http-answer.ts'

const framings = ['length', 'chunks', 'trailer'] as const

const chunk = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)};x=y\r\n`), body, Buffer.from('\r\n')])

const framed = (framing: (typeof framings)[number], body: Buffer): readonly (string | Buffer)[] => {
  if (framing === 'length') return [`Content-Length: ${body.length}\r\n\r\n`, body]
  const half = body.length >> 1
  const parts = [body.subarray(0, half), body.subarray(half)].filter(part => part.length > 0)
  const trailer = framing === 'trailer' ? 'X-Sum: 1\r\n' : ''
  return ['Transfer-Encoding: chunked\r\n\r\n', ...parts.map(chunk), `0\r\n${trailer}\r\n`]
}

const answer = fc.record({
  status: fc.constantFrom(200, 202, 400, 503),
  framing: fc.constantFrom(...framings),
  body: fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
  announced: fc.boolean(),
})

test('answers come out as they went in, whatever their framing and wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 6 }), fc.integer({ min: 1, max: 80 }), (sent, step) => {
      const stream = Buffer.concat(
        sent
          .flatMap(({ status, framing, body, announced }) => [
            announced ? 'HTTP/1.1 100 Continue\r\n\r\n' : '',
            `HTTP/1.1 ${status} So\r\nDate: now\r\n`,
            ...framed(framing, body),
          ])
          .map(part => Buffer.from(part)),
      )
      const read: HttpAnswer[] = []
      let unread: Buffer = Buffer.alloc(0)
      for (let at = 0; at < stream.length; at += step) {
        unread = Buffer.concat([unread, stream.subarray(at, at + step)])
        for (let next = readAnswer(unread, false); next; next = readAnswer(unread, false)) {
          read.push(next.value)
          unread = unread.subarray(next.end)
        }
      }
      assert.is(unread.length, 0)
      assert.equal(
        read.map(({ status, body }) => ({ status, body: Buffer.from(body) })),
        sent.map(({ status, body }) => ({ status, body })),
      )
      assert.ok(read.every(({ headers }) => headers.get('date') === 'now'))
    }),
  )
})

test('a body without a length ends with the connection; 204 and 304 have none', () => {
  const open = Buffer.from('HTTP/1.1 503 No\r\nX: y\r\n\r\nno leader')
  assert.is(readAnswer(open, false), undefined)
  assert.is(readAnswer(open, true)?.value.body.toString(), 'no leader')
  const empty = Buffer.from('HTTP/1.1 204 None\r\n\r\n')
  assert.is(readAnswer(empty, false)?.end, empty.length)
})

test('what is no HTTP answer is refused, and so is one without an end', () => {
  const wrong = [
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    `HTTP/1.1 400 No\r\nContent-Length: 9999999\r\n\r\n${'x'.repeat(2 << 20)}`,
    'x'.repeat(2 << 20),
  ]
  for (const text of wrong) {
    assert.throws(
      () => readAnswer(Buffer.from(text), false),
      (error: unknown) => error instanceof MalformedAnswer,
    )
  }
})

test.run()
