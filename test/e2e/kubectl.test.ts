import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { Kubectl } from '../support/kubectl.ts'

const cluster = new Cluster(['-local_agents=2'])
let kubectl: Kubectl

/** Writes a manifest; kubectl reads JSON as YAML. */
const manifest = (name: string, object: object): string => {
  const path = join(cluster.dir, `${name}.json`)
  writeFileSync(path, JSON.stringify(object))
  return path
}

const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [cluster.sleeping()], terminationGracePeriodSeconds: 1, ...more },
})

const controller = (replicas: number) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'sleepers' },
  spec: {
    replicas,
    selector: { app: 'sleepers' },
    template: { metadata: { labels: { app: 'sleepers' } }, spec: pod('').spec },
  },
})

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'front' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
}

/** The columns of a table by its heads, for its first row. */
const row = (table: string): Record<string, string> => {
  const [heads = '', first = ''] = table.split('\n')
  const cells = first.split(/ {2,}/)
  return Object.fromEntries(heads.split(/ {2,}/).map((head, at) => [head.trim(), cells[at]?.trim() ?? '']))
}

test.before(async () => {
  await cluster.start()
  kubectl = new Kubectl(cluster.url, cluster.dir)
})

test.after(async () => {
  // It would replace the pods that the stop deletes.
  await kubectl.run('delete', 'rc', '--all')
  await cluster.stop()
})

test('it finds out what there is, without a complaint', async () => {
  const resources = await kubectl.ok('api-resources')
  assert.match(resources, /^replicationcontrollers +rc +v1 +true +ReplicationController$/m)
  assert.match(await kubectl.ok('api-versions'), /^v1$/m)
  // Its warning of a server that is not near its own version may come.
  assert.match((await kubectl.run('version')).stdout, /Server Version: .*v1\.\d+/)
  assert.match(await kubectl.ok('cluster-info'), cluster.url)
  assert.match(await kubectl.ok('explain', 'pod.spec.containers'), /livenessProbe\s+<.*>/)
  assert.is(await kubectl.ok('auth', 'can-i', 'create', 'pods'), 'yes\n')
  assert.match(await kubectl.ok('auth', 'can-i', '--list'), /^\*\.\* +\[\] +\[\] +\[\*\]$/m)
})

test('a pod is created, shown in every form, marked, watched and deleted', async () => {
  const file = manifest('web', pod('web'))
  assert.is(await kubectl.ok('create', '-f', file, '--dry-run=server', '-o', 'name'), 'pod/web\n')
  assert.match(await kubectl.fails('get', 'pod', 'web'), 'pods "web" not found')
  assert.is(await kubectl.ok('create', '-f', file), 'pod/web created\n')
  assert.match(await kubectl.fails('create', '-f', file), 'pods "web" already exists')
  assert.is(
    await kubectl.ok('wait', '--for=condition=Ready', 'pod/web', '--timeout=20s'),
    'pod/web condition met\n',
  )

  const wide = row(await kubectl.ok('get', 'pods', '-o', 'wide'))
  assert.equal([wide.NAME, wide.READY, wide.STATUS], ['web', '1/1', 'Running'])
  assert.match(wide.NODE ?? '', /^agent\d\.local$/)
  assert.is(await kubectl.ok('get', 'pods', '-o', 'name'), 'pod/web\n')
  assert.is(JSON.parse(await kubectl.ok('get', 'pod', 'web', '-o', 'json')).metadata.name, 'web')
  assert.match(await kubectl.ok('get', 'pod', 'web', '-o', 'yaml'), /^kind: Pod$/m)

  const watch = kubectl.start('get', 'pods', '-w', '-L', 'tier')
  await watch.printed(/^web +1\/1/m)
  assert.is(await kubectl.ok('label', 'pod', 'web', 'tier=front'), 'pod/web labeled\n')
  const shown = await watch.printed(/^web +1\/1 .* front$/m)
  assert.is(shown.match(/^NAME /gm)?.length, 1, 'the head is printed once')
  await watch.stop()
  assert.match(await kubectl.ok('annotate', 'pod', 'web', 'note=kept'), /^pod\/web annotated?$/m)
  assert.is(await kubectl.ok('get', 'pods', '-l', 'tier=front', '-o', 'name'), 'pod/web\n')
  assert.match(await kubectl.ok('get', 'pod', 'web', '-o', 'jsonpath={.metadata.annotations.note}'), 'kept')

  const description = await eventually('the events are told', async () => {
    const text = await kubectl.ok('describe', 'pod', 'web')
    return /Scheduled/.test(text) && text
  })
  assert.match(description, /^Annotations: [\s\S]*note: kept$/m)
  assert.match(description, /Normal +Scheduled .* assigned to agent/)

  assert.match(await kubectl.ok('delete', 'pod', 'web'), 'pod "web" deleted')
  assert.match(await kubectl.fails('get', 'pod', 'web'), 'not found', 'it has waited for the end')
})

test('a controller is applied, changed, scaled and deleted', async () => {
  const file = manifest('controller', controller(1))
  const ready = (count: number) =>
    eventually(`${count} are ready`, async () => {
      const now = row(await kubectl.ok('get', 'rc', 'sleepers'))
      return now.READY === String(count) && now.CURRENT === String(count)
    })
  const name = 'replicationcontroller/sleepers'
  assert.is(await kubectl.ok('apply', '-f', file), `${name} created\n`)
  assert.is(await kubectl.ok('apply', '-f', file), `${name} unchanged\n`)
  await ready(1)
  assert.is(await kubectl.ok('apply', '-f', manifest('controller', controller(2))), `${name} configured\n`)
  await ready(2)
  assert.is(await kubectl.ok('scale', 'rc', 'sleepers', '--replicas=3'), `${name} scaled\n`)
  await ready(3)
  const told = await kubectl.ok('describe', 'rc', 'sleepers')
  assert.match(told, /^Replicas: +3 current \/ 3 desired$/m)
  assert.match(told, /^Pods Status: +3 Running \/ 0 Waiting/m)
  await kubectl.ok('scale', 'rc', 'sleepers', '--replicas=0')
  await ready(0)
  assert.match(await kubectl.ok('delete', '-f', file), '"sleepers" deleted')
})

test('services and namespaces come and go', async () => {
  const file = manifest('service', service)
  assert.is(await kubectl.ok('apply', '-f', file), 'service/front created\n')
  const { NAME, TYPE, 'PORT(S)': ports } = row(await kubectl.ok('get', 'services'))
  assert.equal([NAME, TYPE, ports], ['front', 'ClusterIP', '80/TCP'])
  assert.match(await kubectl.ok('describe', 'service', 'front'), /^Selector: +app=web$/m)
  assert.match(await kubectl.ok('delete', 'service', 'front'), '"front" deleted')
  assert.is(await kubectl.ok('create', 'namespace', 'team'), 'namespace/team created\n')
  assert.match(await kubectl.ok('get', 'namespaces'), /^team +Active/m)
  assert.match(await kubectl.ok('delete', 'namespace', 'team'), '"team" deleted')
})

test('a wrong manifest is told to be wrong', async () => {
  const typo = manifest('typo', pod('typo', { restartPolizy: 'Never' }))
  assert.match(await kubectl.fails('apply', '-f', typo), /unknown field "(spec\.)?restartPolizy"/)
  const wrong = manifest('wrong', pod('wrong', { restartPolicy: 'Sometimes' }))
  assert.match(await kubectl.fails('create', '-f', wrong), /spec\.restartPolicy: Unsupported value/)
  assert.match(await kubectl.fails('get', 'unicorns'), `the server doesn't have a resource type "unicorns"`)
  assert.match(await kubectl.run('get', 'pods').then(({ stderr }) => stderr), 'No resources found')
})

test.run()
