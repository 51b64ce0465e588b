import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FetchError, fetcher } from '../../../../mesos/local/agent/fetcher.ts'
import { tempDir } from '../../../support/temp.ts'

let server: Server
let url: string
let requests = 0

test.before(async () => {
  server = createServer((request, response) => {
    requests++
    if (request.url?.startsWith('/file')) response.end('content')
    else if (request.url === '/moved') response.writeHead(302, { location: '/file' }).end()
    else if (request.url === '/circle') response.writeHead(302, { location: '/circle' }).end()
    else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

test.after(() => {
  server.close()
  server.closeAllConnections()
})

const setUp = () => {
  const dir = tempDir('fetcher')
  const fetch = fetcher(join(dir, 'cache'))
  const sandbox = (name: string) => {
    mkdirSync(join(dir, name))
    return join(dir, name)
  }
  return { dir, fetch, sandbox }
}

test('files come by http, as file URIs and as paths, under their name or another', async () => {
  const { dir, fetch, sandbox } = setUp()
  const box = sandbox('box')
  writeFileSync(join(dir, 'local'), 'here')
  await fetch({ value: `${url}/file?version=1` }, box)
  await fetch({ value: `${url}/file`, output_file: 'folder/renamed', executable: true }, box)
  await fetch({ value: `file://${dir}/local` }, box)
  await fetch({ value: `${dir}/local`, output_file: 'second' }, box)
  assert.is(readFileSync(join(box, 'file'), 'utf8'), 'content')
  assert.is(statSync(join(box, 'file')).mode & 0o111, 0)
  assert.is(statSync(join(box, 'folder/renamed')).mode & 0o111, 0o111)
  await fetch({ value: `${url}/moved` }, box)
  assert.is(readFileSync(join(box, 'moved'), 'utf8'), 'content')
  assert.is(readFileSync(join(box, 'local'), 'utf8'), 'here')
  assert.is(readFileSync(join(box, 'second'), 'utf8'), 'here')
})

test('a cached URI is brought once and shared by all sandboxes', async () => {
  const { fetch, sandbox } = setUp()
  const before = requests
  const uri = { value: `${url}/file`, executable: true, cache: true }
  const boxes = [sandbox('one'), sandbox('two'), sandbox('three')]
  await Promise.all(boxes.map(box => fetch(uri, box)))
  assert.is(requests - before, 1)
  const inodes = boxes.map(box => statSync(join(box, 'file')).ino)
  assert.is(new Set(inodes).size, 1)
  assert.is(statSync(join(boxes[0] ?? '', 'file')).mode & 0o777, 0o555)
})

test('an archive is extracted, unless it is not to be', async () => {
  const { dir, fetch, sandbox } = setUp()
  writeFileSync(join(dir, 'inside'), 'packed')
  execFileSync('tar', ['-czf', join(dir, 'some.tar.gz'), '-C', dir, 'inside'])
  const [box, plain] = [sandbox('box'), sandbox('plain')]
  await fetch({ value: join(dir, 'some.tar.gz') }, box)
  await fetch({ value: join(dir, 'some.tar.gz'), extract: false }, plain)
  assert.is(readFileSync(join(box, 'inside'), 'utf8'), 'packed')
  assert.throws(() => statSync(join(plain, 'inside')), /ENOENT/)
})

test('a failure says which URI and why, and is not cached', async () => {
  const { dir, fetch, sandbox } = setUp()
  const box = sandbox('box')
  const failure = async (value: string, more = {}): Promise<string> => {
    try {
      await fetch({ value, ...more }, box)
    } catch (error) {
      assert.instance(error, FetchError)
      return (error as Error).message
    }
    return 'no failure'
  }
  assert.match(
    await failure(`${url}/missing`, { cache: true }),
    /Failed to fetch '.*missing': .* answered 404/,
  )
  assert.match(await failure(`${dir}/none`), /ENOENT/)
  assert.match(await failure('relative/path'), /absolute/)
  assert.match(await failure(`${url}/file`, { output_file: '../outside' }), /no usable file name/)
  assert.match(await failure(`${url}/circle`), /answered 302/)
  assert.match(await failure('http://127.0.0.1:1/refused'), /ECONNREFUSED/)
  const before = requests
  await failure(`${url}/missing`, { cache: true })
  assert.is(requests - before, 1)
})

test.run()
