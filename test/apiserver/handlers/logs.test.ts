import { once } from 'node:events'
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tempDir } from '../../support/temp.ts'
import { startServer } from '../running-server.ts'

const top = tempDir('logs')
const logDir = join(top, 'logs')
mkdirSync(join(logDir, 'deep'), { recursive: true })
mkdirSync(join(top, 'logs-of-others'))
writeFileSync(join(top, 'secret'), 'secret')
writeFileSync(join(top, 'logs-of-others', 'secret'), 'secret')
writeFileSync(join(logDir, 'main.log'), 'a line\n')
writeFileSync(join(logDir, 'empty'), '')
writeFileSync(join(logDir, 'deep', 'a b&<c>.log'), 'deep\n')
symlinkSync('main.log', join(logDir, 'latest'))
symlinkSync('../secret', join(logDir, 'out'))
symlinkSync(join(top, 'logs-of-others'), join(logDir, 'folder-out'))
symlinkSync('loop', join(logDir, 'loop'))
const listener = createServer().listen(join(logDir, 'socket'))
await once(listener, 'listening')

const { url, stop } = await startServer({ logDir })
test.after(async () => {
  await stop()
  listener.close()
})

/** The path as it is: no client in between puts it right. */
const get = (
  path: string,
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, path }, async answer => {
      resolve({ status: answer.statusCode ?? 0, body: await text(answer), headers: answer.headers })
    })
      .on('error', reject)
      .end()
  })

test('files, as long as they are by then, and links within', async () => {
  const { status, body, headers } = await get('/logs/main.log')
  assert.equal([status, body, headers['content-type']], [200, 'a line\n', 'text/plain; charset=utf-8'])
  appendFileSync(join(logDir, 'main.log'), 'another\n')
  assert.is((await get('/logs/latest')).body, 'a line\nanother\n')
  assert.equal([(await get('/logs/empty')).status, (await get('/logs/empty')).body], [200, ''])
  assert.is((await get('/logs/deep/a%20b%26%3Cc%3E.log')).body, 'deep\n')
})

test('listings, with names that are no markup', async () => {
  const { status, body } = await get('/logs/')
  assert.is(status, 200)
  assert.match(body, '<a href="./deep/">deep/</a>')
  assert.match(body, '<a href="./main.log">main.log</a>')
  const deep = await get('/logs/deep/')
  assert.is(deep.body, '<pre>\n<a href="./a%20b%26%3Cc%3E.log">a b&#38;&#60;c&#62;.log</a>\n</pre>\n')
  for (const [path, location] of [
    ['/logs', '/logs/'],
    ['/logs/deep', '/logs/deep/'],
  ] as const) {
    const moved = await get(path)
    assert.equal([moved.status, moved.headers.location], [301, location])
  }
})

const outside = [
  '/logs/../secret',
  '/logs/%2e%2e/secret',
  '/logs/..%2fsecret',
  '/logs/%2e%2e%2fsecret',
  '/logs/deep/../../secret',
  '/logs/deep/%2e%2e/%2e%2e/secret',
  '/logs/..%5csecret',
  '/logs//../secret',
  '/logs/out',
  '/logs/folder-out/',
  '/logs/folder-out/secret',
  '/logs/../logs-of-others/secret',
  '/logs/%00',
  '/logs/main.log%00.txt',
  '/logs/%zz',
  '/logs/%',
  '/logs/main.log/more',
  '/logs/loop',
  '/logs/socket',
  '/logs/absent',
]

for (const path of outside) {
  test(`there is no way out: ${path}`, async () => {
    const { status, body } = await get(path)
    assert.is(status, 404, body)
    assert.not.match(body, 'secret')
  })
}

test('without a folder there are no logs', async () => {
  const bare = await startServer()
  const answer = await fetch(`${bare.url}/logs/`)
  assert.is(answer.status, 404)
  assert.match(await answer.text(), '-log_dir')
  await bare.stop()
})

test.run()
