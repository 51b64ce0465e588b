import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Node, Pod } from '../../api/kinds/index.ts'
import { PodDisruptionBudget } from '../../api/kinds/policy/pod-disruption-budget.ts'
import { Kubectl } from '../support/kubectl.ts'
import { tempDir } from '../support/temp.ts'
import { podNamed, startServer } from './running-server.ts'

const { http, url, stop } = await startServer()
test.after(stop)

const namespace = 'default'
const ref = (name: string) => ({ namespace, name })

/** A pod of an application that runs on a node. */
const running = async (name: string, app: string, ready = true): Promise<Pod> => {
  await http.create(Pod, podNamed(name, { app }))
  await http.bind({ metadata: { name, namespace }, target: { name: 'n1' } })
  const pod = await http.get(Pod, ref(name))
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
  return http.updateStatus(Pod, { ...pod, status: { ...pod.status, phase: 'Running', conditions } })
}

const budget = async (
  name: string,
  app: string,
  status: Partial<PodDisruptionBudget['status']> = {},
  more: PodDisruptionBudget['spec'] = {},
) => {
  const spec = { minAvailable: 1, selector: { matchLabels: { app } }, ...more }
  const made = await http.create(PodDisruptionBudget, { metadata: { name, namespace }, spec })
  const counts = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 }
  return http.updateStatus(PodDisruptionBudget, {
    ...made,
    status: { ...counts, observedGeneration: 1, ...status },
  })
}

interface Answer {
  readonly status: string
  readonly message?: string
  readonly reason?: string
  readonly details?: { readonly causes?: object[]; readonly retryAfterSeconds?: number }
}

const evict = async (name: string, more: object = {}, query = '') => {
  const response = await fetch(`${url}/api/v1/namespaces/${namespace}/pods/${name}/eviction${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      ...more,
    }),
  })
  const retryAfter = response.headers.get('retry-after')
  return { code: response.status, retryAfter, body: (await response.json()) as Answer }
}

test('a pod without a budget goes, and says why', async () => {
  await running('free', 'free')
  assert.is((await evict('free', {}, '?dryRun=All')).code, 201)
  assert.is((await http.get(Pod, ref('free'))).metadata.deletionTimestamp, undefined)
  const wrong = await evict('free', { deleteOptions: { preconditions: { uid: 'other' } } })
  assert.equal([wrong.code, wrong.body.reason], [409, 'Conflict'])
  const { code, body } = await evict('free', {
    apiVersion: 'policy/v1beta1',
    deleteOptions: { gracePeriodSeconds: 7 },
  })
  assert.equal([code, body.status], [201, 'Success'])
  const { metadata, status } = await http.get(Pod, ref('free'))
  assert.is(metadata.deletionGracePeriodSeconds, 7)
  const target = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  assert.equal([target?.status, target?.reason], ['True', 'EvictionByEvictionAPI'])
})

test('what cannot be evicted', async () => {
  assert.equal((await evict('absent')).body.reason, 'NotFound')
  assert.is((await evict('absent', { metadata: { name: 'other' } })).code, 400)
  assert.is((await evict('absent', { odd: 1 }, '?fieldValidation=Strict')).code, 400)
})

const refused = "Cannot evict pod as it would violate the pod's disruption budget."

test('a budget is spent, and then holds', async () => {
  await Promise.all([running('a1', 'a'), running('a2', 'a')])
  await budget('a', 'a', { disruptionsAllowed: 1, currentHealthy: 2 })
  assert.is((await evict('a1', {}, '?dryRun=All')).code, 201)
  assert.is((await evict('a1')).code, 201)
  const { status } = await http.get(PodDisruptionBudget, ref('a'))
  assert.is(status?.disruptionsAllowed, 0)
  assert.equal(Object.keys(status?.disruptedPods ?? {}), ['a1'])
  const allowed = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed')
  assert.equal([allowed?.status, allowed?.reason], ['False', 'InsufficientPods'])

  const { code, body, retryAfter } = await evict('a2')
  assert.equal([code, body.message, body.reason, retryAfter], [429, refused, 'TooManyRequests', null])
  assert.equal(body.details?.causes, [
    {
      reason: 'DisruptionBudget',
      message: 'The disruption budget a needs 1 healthy pods and has 2 currently',
    },
  ])
  assert.is((await http.get(Pod, ref('a2'))).metadata.deletionTimestamp, undefined)
})

test('of many evictions at once a budget lets as many through as it allows', async () => {
  const names = ['m1', 'm2', 'm3', 'm4', 'm5']
  await Promise.all(names.map(name => running(name, 'm')))
  await budget('m', 'm', { disruptionsAllowed: 2, currentHealthy: 5 })
  const codes = await Promise.all(names.map(async name => (await evict(name)).code))
  assert.equal(codes.toSorted(), [201, 201, 429, 429, 429])
})

test('a budget that nobody has counted yet holds', async () => {
  await running('b1', 'b')
  await budget('b', 'b', { disruptionsAllowed: 5, observedGeneration: 0 })
  const { code, body, retryAfter } = await evict('b1')
  assert.equal([code, retryAfter, body.details?.retryAfterSeconds], [429, '10', 10])
  assert.equal(body.details?.causes, [
    {
      reason: 'DisruptionBudget',
      message: 'The disruption budget b is still being processed by the server.',
    },
  ])
})

test('a pod that is not ready is not counted where the others suffice', async () => {
  await Promise.all([running('c1', 'c', false), running('d1', 'd', false), running('e1', 'e', false)])
  await budget('c', 'c')
  assert.is((await evict('c1')).code, 201)
  assert.is((await http.get(PodDisruptionBudget, ref('c'))).status?.disruptedPods, undefined)
  await budget('d', 'd', { currentHealthy: 0 })
  assert.is((await evict('d1')).code, 429)
  await budget('e', 'e', { currentHealthy: 0 }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' })
  assert.is((await evict('e1')).code, 201)
})

test('a pod has one budget at the most', async () => {
  await running('f1', 'f')
  await budget('f', 'f')
  await budget('g', 'f')
  const { code, body } = await evict('f1')
  assert.is(code, 500)
  assert.match(body.message ?? '', 'This pod has more than one PodDisruptionBudget')
})

test('a pod that does not run yet goes whatever its budget says', async () => {
  await http.create(Pod, podNamed('waiting', { app: 'w' }))
  await budget('w', 'w')
  assert.is((await evict('waiting')).code, 201)
})

test('kubectl drains a node', async () => {
  const kubectl = new Kubectl(url, tempDir('drain'))
  await http.create(Node, { metadata: { name: 'n1' } })
  await http.create(Pod, podNamed('drained'))
  await http.bind({ metadata: { name: 'drained', namespace }, target: { name: 'n1' } })
  const all = await http.list(Pod)
  // What the other tests have left behind is not drained.
  for (const { metadata } of all.items.filter(each => each.metadata.name !== 'drained')) {
    await http.delete(Pod, ref(metadata.name), { gracePeriodSeconds: 0 })
  }
  const drain = kubectl.run('drain', 'n1', '--force', '--grace-period=0', '--timeout=30s')
  const { code, stdout, stderr } = await drain
  assert.is(code, 0, stderr)
  assert.match(stdout, 'pod/drained evicted')
  assert.is((await http.get(Node, { namespace: '', name: 'n1' })).spec?.unschedulable, true)
})

test.run()
