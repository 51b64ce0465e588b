import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tempDir } from '../support/temp.ts'
import { startServer } from './running-server.ts'

const path = join(tempDir('artifact'), 'file')
const content = randomBytes(3_000_000)
writeFileSync(path, content)
const artifacts = [{ name: 'executor.mjs', path, executable: true }]
const { server, url, stop } = await startServer({ artifacts })
test.after(stop)

test('an artifact is served under its hash, for ever', async () => {
  const target = server.artifactUrl('executor.mjs')
  const hash = createHash('sha256').update(content).digest('hex')
  assert.is(target, `/artifacts/${hash.slice(0, 16)}/executor.mjs`)
  const answer = await fetch(url + target)
  assert.is(answer.status, 200)
  assert.is(answer.headers.get('content-length'), String(content.length))
  assert.match(answer.headers.get('cache-control') ?? '', /immutable/)
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content))
  const etag = answer.headers.get('etag') ?? ''
  assert.is((await fetch(url + target, { headers: { 'if-none-match': etag } })).status, 304)
})

test('HEAD tells the size alone', async () => {
  const answer = await fetch(url + server.artifactUrl('executor.mjs'), { method: 'HEAD' })
  assert.is(answer.headers.get('content-length'), String(content.length))
  assert.is(await answer.text(), '')
})

test('nothing else is served', async () => {
  assert.is((await fetch(`${url}/artifacts/0000000000000000/executor.mjs`)).status, 404)
  assert.is((await fetch(`${url}/artifacts/../${path}`)).status, 404)
  assert.throws(() => server.artifactUrl('other'), /no artifact is named other/)
})

test.run()
