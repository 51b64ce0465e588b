import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { KeyPair } from '../../apiserver/index.ts'
import { readKeyPair, renewals } from '../../bin/key-pair.ts'
import { silent } from '../../util/logger.ts'
import { testKeyPair } from '../support/key-pair.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { tempDir } from '../support/temp.ts'

const dir = tempDir('key-pair')
const files = { certFile: join(dir, 'cert.pem'), keyFile: join(dir, 'key.pem') }
const write = ({ cert, key }: { cert?: string; key?: string }): void => {
  if (cert !== undefined) writeFileSync(files.certFile, cert)
  if (key !== undefined) writeFileSync(files.keyFile, key)
}

const pair = await testKeyPair()
const other = await testKeyPair()

test.before.each(() => write(pair))

test('a pair is read', () => {
  const { cert, key } = readKeyPair(files)
  assert.equal([String(cert), String(key)], [pair.cert, pair.key])
})

test('what is wrong is told with the name of the file', () => {
  assert.throws(() => readKeyPair({ ...files, certFile: '/absent/cert.pem' }), /\/absent\/cert\.pem/)
  assert.throws(() => readKeyPair({ ...files, keyFile: '/absent/key.pem' }), /\/absent\/key\.pem/)
  write({ cert: 'no certificate' })
  assert.throws(() => readKeyPair(files), `${files.certFile} holds no certificate in PEM`)
  write({ cert: pair.cert, key: 'no key' })
  assert.throws(() => readKeyPair(files), `${files.keyFile} holds no private key in PEM`)
  write({ key: other.key })
  assert.throws(
    () => readKeyPair(files),
    `the private key in ${files.keyFile} is not that of the certificate in ${files.certFile}`,
  )
})

test('a renewed pair is given once, when both files fit together', () => {
  const clock = new ManualClock()
  const given: string[] = []
  const note = ({ cert }: KeyPair) => void given.push(String(cert))
  const subscription = renewals(files, readKeyPair(files), clock, silent).subscribe(note)
  clock.advance(60_000)
  assert.equal(given, [])
  write({ cert: other.cert })
  clock.advance(60_000)
  assert.equal(given, [])
  write({ key: other.key })
  clock.advance(180_000)
  assert.equal(given, [other.cert])
  subscription.unsubscribe()
  assert.is(clock.next, undefined)
})

test.run()
