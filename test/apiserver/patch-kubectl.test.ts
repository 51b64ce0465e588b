import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Kubectl } from '../support/kubectl.ts'
import { tempDir } from '../support/temp.ts'
import { startServer } from './running-server.ts'

const dir = tempDir('patch-kubectl')
const server = await startServer()
test.after(() => server.stop())
const kubectl = new Kubectl(server.url, dir)

const image = (name: string) => ['get', 'pod', name, '-o', 'jsonpath={.spec.containers[0].image}']

const manifest = (name: string, labels: object, used: string): string => {
  const path = join(dir, `${name}.json`)
  const spec = { containers: [{ name: 'main', image: used }] }
  writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec }))
  return path
}

test('patch, in each of its types', async () => {
  await kubectl.ok('create', '-f', manifest('patched', { app: 'patched' }, 'busybox:1'))
  const patches = [
    ['strategic', '{"spec":{"containers":[{"name":"main","image":"busybox:2"}]}}'],
    ['merge', '{"metadata":{"labels":{"m":"1"}}}'],
    ['json', '[{"op":"replace","path":"/metadata/labels/m","value":"2"}]'],
  ] as const
  for (const [type, patch] of patches) {
    assert.is(
      await kubectl.ok('patch', 'pod', 'patched', `--type=${type}`, '-p', patch),
      'pod/patched patched\n',
    )
  }
  assert.is(await kubectl.ok(...image('patched')), 'busybox:2')
  assert.is(await kubectl.ok('get', 'pod', 'patched', '-o', 'jsonpath={.metadata.labels.m}'), '2')
  assert.is(await kubectl.ok('set', 'image', 'pod/patched', 'main=busybox:3'), 'pod/patched image updated\n')
})

test('apply on the server: by its own manager, in conflict with another, and after client-side apply', async () => {
  const apply = (file: string, ...flags: string[]) => ['apply', '--server-side', '-f', file, ...flags]
  const first = manifest('applied', { app: 'applied' }, 'busybox:1')
  assert.is(await kubectl.ok('apply', '-f', first), 'pod/applied created\n')
  const second = manifest('applied', { app: 'applied', more: '1' }, 'busybox:2')
  assert.is(await kubectl.ok(...apply(second)), 'pod/applied serverside-applied\n')
  assert.is(await kubectl.ok(...image('applied')), 'busybox:2')
  const third = manifest('applied', { app: 'applied' }, 'busybox:3')
  assert.match(
    await kubectl.fails(...apply(third, '--field-manager=other')),
    /conflict with "kubectl": .spec.containers\[name="main"\].image/,
  )
  assert.is(
    await kubectl.ok(...apply(third, '--field-manager=other', '--force-conflicts')),
    'pod/applied serverside-applied\n',
  )
  assert.is(await kubectl.ok(...image('applied')), 'busybox:3')
})

test('a diff shows what an apply would change, and nothing else', async () => {
  await kubectl.ok('apply', '-f', manifest('differs', { app: 'differs' }, 'busybox:1'))
  const { stdout } = await kubectl.run('diff', '-f', manifest('differs', { app: 'differs' }, 'busybox:2'))
  const changed = stdout.split('\n').filter(line => /^[-+] /.test(line))
  assert.equal(changed, ['-  - image: busybox:1', '+  - image: busybox:2'])
})

test.run()
