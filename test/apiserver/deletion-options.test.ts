import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConfigMap, Job, ReplicationController } from '../../api/kinds/index.ts'
import { podNamed, startServer } from './running-server.ts'

const { http: client, url, stop } = await startServer()
test.after(stop)

const maps = '/api/v1/namespaces/default/configmaps'

const remove = async (path: string, options?: object) => {
  const answer = await fetch(url + path, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    ...(options && { body: JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', ...options }) }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is looked at from outside.
  return { status: answer.status, body: (await answer.json()) as any, warning: answer.headers.get('warning') }
}

let count = 0

/** A config map that a finalizer holds, so that it can be looked at when it is deleted. */
const held = async () => {
  const name = `held-${count++}`
  await client.create(ConfigMap, { metadata: { name, namespace: 'default', finalizers: ['x/y'] } })
  return `${maps}/${name}`
}

test('orphanDependents is the older word for a policy, in the body and in the query', async () => {
  const finalizers = async (path: string, options?: object) =>
    (await remove(path, options)).body.metadata.finalizers
  assert.equal(await finalizers(await held(), { orphanDependents: true }), ['x/y', 'orphan'])
  assert.equal(await finalizers(`${await held()}?orphanDependents=true`), ['x/y', 'orphan'])
  assert.equal(await finalizers(await held(), { orphanDependents: false }), ['x/y'])
  assert.equal(await finalizers(`${await held()}?propagationPolicy=Foreground`), [
    'x/y',
    'foregroundDeletion',
  ])
})

test('wrong options are refused, and nothing is deleted', async () => {
  const path = await held()
  const both = await remove(path, { orphanDependents: true, propagationPolicy: 'Orphan' })
  assert.is(both.status, 422)
  assert.match(both.body.message, 'orphanDependents and deletionPropagation cannot be both set')
  assert.is((await remove(path, { propagationPolicy: 'Later' })).status, 422)
  assert.is((await remove(path, { orphanDependents: 'yes' })).status, 400)
  const { metadata } = await client.get(ConfigMap, {
    namespace: 'default',
    name: path.slice(maps.length + 1),
  })
  assert.equal([metadata.deletionTimestamp, metadata.finalizers], [undefined, ['x/y']])
})

test('who deletes a job without a word about its pods is warned', async () => {
  const { spec } = podNamed('')
  const template = { spec: { ...spec, restartPolicy: 'Never' as const } }
  const metadata = { name: 'job', namespace: 'default' }
  await client.create(Job, { metadata, spec: { template } })
  const path = '/apis/batch/v1/namespaces/default/jobs/job'
  const { body, warning } = await remove(path)
  assert.equal(body.metadata.finalizers, ['orphan'])
  assert.match(warning ?? '', /^299 - "child pods are preserved by default when jobs are deleted; /)
  assert.is((await remove(path, { propagationPolicy: 'Background' })).warning, null)
})

test('a controller is deleted at once when its pods are to go after it', async () => {
  const metadata = { name: 'web', namespace: 'default' }
  const template = { metadata: { labels: { app: 'web' } }, spec: podNamed('').spec }
  await client.create(ReplicationController, { metadata, spec: { template } })
  const path = '/api/v1/namespaces/default/replicationcontrollers/web'
  const { body, warning } = await remove(path, { orphanDependents: false })
  assert.equal([body.metadata.finalizers, warning], [undefined, null])
  assert.is((await fetch(url + path)).status, 404)
})

test.run()
