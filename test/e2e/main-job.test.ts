import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Cluster, isAlive } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'

const cluster = new Cluster(['-local_agents=2'])

const run = promisify(execFile)

/** What kubecfg prints. */
const kubecfg = async (...args: string[]): Promise<string> => {
  const env = { ...process.env, KUBERNETES_MASTER: cluster.url, HOME: cluster.dir }
  return (await run(process.execPath, ['dist/kubecfg.mjs', ...args], { env })).stdout
}

/** Answers of the v1beta1 API are read as 2014's clients did: without types of ours. */
const legacy = async (path: string, init?: RequestInit) => {
  const response = await fetch(`${cluster.url}/api/v1beta1/${path}`, init)
  return (await response.json()) as {
    status?: string
    id: string
    items: { id: string; currentState: { status: string; host: string; info?: Record<string, unknown> } }[]
  }
}

test.before(async () => {
  await cluster.start()
})

test.after(() => cluster.stop())

test('a manifest posted with curl becomes a process that answers', async () => {
  const body = readFileSync('examples/pod-hello.json')
  // The type that curl -d sends.
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const { id } = await legacy('pods', { method: 'POST', body, headers })
  const pod = await cluster.running(id)
  const [port] = pod.spec.containers[0]?.ports ?? []
  assert.ok(port?.hostPort && port.hostPort >= 31000, 'a host port was chosen and written back')
  const answer = await eventually('the pod answers', () =>
    fetch(`http://${pod.status?.hostIP}:${port.hostPort}/`),
  )
  assert.match(await answer.text(), id)
  const listed = (await legacy('pods')).items.find(item => item.id === id)
  assert.is(listed?.currentState.status, 'Running')
  assert.match(await kubecfg('list', 'pods'), new RegExp(`^${id} .* Running$`, 'm'))
  assert.match(await kubecfg('delete', `pods/${id}`), 'Success')
  await eventually('the pod is gone', async () => (await cluster.pods()).length === 0)
  const gone = await fetch(`http://${pod.status?.hostIP}:${port.hostPort}/`).catch(() => 'gone')
  assert.is(gone, 'gone', 'and so is its process')
})

test('a controller is created, resized, heals and is removed', async () => {
  const file = join(cluster.dir, 'controller.json')
  const manifest = { version: 'v1beta1', id: 'sleeper', containers: [cluster.sleeping()] }
  const podTemplate = { desiredState: { manifest }, labels: { name: 'sleeper' } }
  writeFileSync(
    file,
    JSON.stringify({
      kind: 'ReplicationController',
      apiVersion: 'v1beta1',
      id: 'sleepController',
      desiredState: { replicas: 2, replicaSelector: { name: 'sleeper' }, podTemplate },
      labels: { name: 'sleeper' },
    }),
  )
  const replicas = (count: number) =>
    eventually(`${count} replicas run`, async () => {
      const pods = await cluster.pods('name=sleeper')
      return pods.length === count && pods.every(pod => pod.status?.phase === 'Running') && pods
    })
  assert.match(await kubecfg('-c', file, 'create', 'replicationControllers'), /^sleepController .* 2$/m)
  await replicas(2)
  await kubecfg('resize', 'sleepController', '4')
  const [first] = await replicas(4)
  const hosts = new Set((await cluster.pods('name=sleeper')).map(pod => pod.spec.nodeName))
  assert.is(hosts.size, 2, 'the pods are spread over both agents')

  await kubecfg('delete', `pods/${first?.metadata.name}`)
  await eventually('the deleted one is replaced', async () => {
    const pods = await replicas(4)
    return pods.every(pod => pod.metadata.uid !== first?.metadata.uid)
  })
  await kubecfg('stop', 'sleepController')
  await kubecfg('rm', 'sleepController')
  await eventually('no pod is left', async () => (await cluster.pods()).length === 0)
  assert.equal(
    cluster.starts.filter(({ pid }) => isAlive(pid)),
    [],
    'and no process',
  )
})

test('the metrics tell what scheduler and controllers have done', async () => {
  const text = await (await fetch(`${cluster.url}/metrics`)).text()
  const value = (series: string): number =>
    Number(
      text
        .split('\n')
        .find(line => line.startsWith(`${series} `))
        ?.slice(series.length),
    )
  assert.is(value('mesos_subscribed'), 1)
  assert.ok(value('mesos_task_updates_total{state="TASK_RUNNING"}') >= 6)
  assert.ok(
    value('controller_runtime_reconcile_total{controller="replicationcontrollers",result="success"}') > 0,
  )
  assert.ok(value('controller_runtime_reconcile_total{controller="binder",result="requeue_after"}') > 0)
  assert.is(value('workqueue_depth{name="tasks"}'), 0)
})

test.run()
