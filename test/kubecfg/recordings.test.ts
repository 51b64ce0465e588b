import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tempDir } from '../support/temp.ts'
import { kubecfg, messageOf } from './captured-io.ts'
import { calls, recordedState, serve } from './recorded-server.ts'

const dir = tempDir('manifests')
const service = {
  kind: 'Service',
  apiVersion: 'v1beta1',
  id: 's9',
  port: 8000,
  containerPort: 80,
  labels: { name: 'nginx' },
  selector: { name: 'nginx' },
}
writeFileSync(join(dir, 'service.json'), JSON.stringify(service))

/** The recorded file names, where they are here. */
const localArgs = (args: readonly string[]): string[] =>
  args.map(arg => {
    if (arg === 'service.json') return join(dir, arg)
    return arg === 'pod-nginx.json' ? join('examples', arg) : arg
  })

const server = await serve(recordedState())
test.after(() => server.close())

/** Garbage of 2014 for an object that is absent: ours tells the error. */
const isAbsent = (args: readonly string[]): boolean => args.includes('pods/absent')

/** The recorded template call saw etcd's random order. */
const sorted = (text: string): string => text.split(' ').filter(Boolean).sort().join(' ')

for (const { args, exit, stdout, stderr } of calls) {
  if (isAbsent(args)) continue
  test(`kubecfg ${args.join(' ')}: as recorded`, async () => {
    const ours = await kubecfg(localArgs(args), { env: { KUBERNETES_MASTER: server.url } })
    assert.is(messageOf(ours.stderr), messageOf(stderr))
    if (args[0] === '-template') assert.is(sorted(ours.stdout), sorted(stdout))
    else assert.is(ours.stdout, stdout)
    assert.is(ours.exit, exit)
  })
}

test('an absent object is an error, where 2014 printed a row of something else', async () => {
  const { exit, stdout, stderr } = await kubecfg([`-h=${server.url}`, 'get', 'pods/absent'])
  assert.is(stdout, '')
  assert.is(messageOf(stderr), 'Got request error: pod "absent" not found\n')
  assert.is(exit, 255)
})

test.run()
