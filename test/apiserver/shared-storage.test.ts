import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/horizontal-pod-autoscaler.ts'
import { HorizontalPodAutoscalerV1 } from '../../api/kinds/autoscaling/horizontal-pod-autoscaler-v1.ts'
import { EventsEvent } from '../../api/kinds/events/event.ts'
import { Event, Pod } from '../../api/kinds/index.ts'
import type { Resource } from '../../api/resource.ts'
import { createRecorder } from '../../controllers/runtime/recorder.ts'
import { systemClock } from '../../util/clock.ts'
import { silent } from '../../util/logger.ts'
import { minimalOf } from '../api/kinds/minimal.ts'
import { Kubectl } from '../support/kubectl.ts'
import { tempDir } from '../support/temp.ts'
import { podNamed, startServer } from './running-server.ts'
import { openWatch, told } from './watch-lines.ts'

const { server, http, url, stop } = await startServer()
test.after(stop)

type Answer = Resource & { readonly items: readonly Answer[]; readonly [field: string]: unknown }

const send = async (method: string, path: string, body?: object, type = 'application/json') => {
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': type },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Answer }
}

const coreEvents = '/api/v1/namespaces/default/events'
const newEvents = '/apis/events.k8s.io/v1/namespaces/default/events'
const regarding = { kind: 'Pod', name: 'p', namespace: 'default' }

test('an event is one object, by whichever group it is written, read, watched, deleted', async () => {
  const { metadata } = (await send('GET', newEvents)).body
  const watches = [coreEvents, newEvents].map(path =>
    openWatch(`${url}${path}?watch=1&resourceVersion=${metadata.resourceVersion}`),
  )
  const [core, grouped] = await Promise.all(watches)

  const made = await send('POST', newEvents, {
    ...minimalOf(EventsEvent),
    metadata: { name: 'a' },
    regarding,
    note: 'it is',
  })
  assert.is(made.status, 201)
  assert.equal([made.body.apiVersion, made.body.note], ['events.k8s.io/v1', 'it is'])
  const seen = (await send('GET', `${coreEvents}/a`)).body
  assert.equal([seen.apiVersion, seen.message, seen.involvedObject], ['v1', 'it is', regarding])
  assert.equal(seen.metadata, made.body.metadata)

  const { body: old } = await send('POST', coreEvents, {
    metadata: { name: 'b' },
    involvedObject: regarding,
    message: 'it was',
    count: 3,
    source: { component: 'c' },
  })
  const { items } = (await send('GET', newEvents)).body
  assert.equal(
    items.map(({ note }) => note),
    ['it is', 'it was'],
  )
  assert.equal([items[1]?.deprecatedCount, items[1]?.deprecatedSource], [3, { component: 'c' }])
  assert.equal(items[1]?.metadata, old.metadata)

  assert.is((await send('POST', coreEvents, { metadata: { name: 'a' } })).body.reason, 'AlreadyExists')
  assert.is((await send('DELETE', `${newEvents}/b`)).status, 200)
  assert.is((await send('GET', `${coreEvents}/b`)).status, 404)

  assert.ok(core && grouped)
  const expected = ['ADDED a', 'ADDED b', 'DELETED b']
  const [coreLines, groupedLines] = await Promise.all([core.has(3), grouped.has(3)])
  assert.equal([told(coreLines), told(groupedLines)], [expected, expected])
  assert.equal(
    coreLines.map(({ object }) => object.metadata.resourceVersion),
    groupedLines.map(({ object }) => object.metadata.resourceVersion),
  )
  assert.ok(groupedLines.every(({ object }) => 'regarding' in object))
  for (const watch of [core, grouped]) watch.cut()
})

test('a patch by one name is a patch by the other; selectors have the names of their group', async () => {
  await send('POST', newEvents, { ...minimalOf(EventsEvent), metadata: { name: 's' }, regarding })
  const series = { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' }
  const patched = await send('PATCH', `${newEvents}/s`, { series }, 'application/merge-patch+json')
  assert.is(patched.status, 200)
  assert.equal((await send('GET', `${coreEvents}/s`)).body.series, series)
  const note = await send('PATCH', `${newEvents}/s`, { note: 'x' }, 'application/merge-patch+json')
  assert.is(note.status, 422)
  const selected = async (path: string, selector: string) =>
    (await send('GET', `${path}?fieldSelector=${selector}`)).body.items?.map(each => each.metadata.name)
  assert.ok((await selected(newEvents, 'regarding.name=p'))?.includes('s'))
  assert.ok((await selected(coreEvents, 'involvedObject.name=p'))?.includes('s'))
  assert.is(await selected(newEvents, 'involvedObject.name=p'), undefined)
  const dry = await send('POST', `${newEvents}?dryRun=All`, {
    ...minimalOf(EventsEvent),
    metadata: { name: 'dry' },
  })
  assert.equal([dry.status, dry.body.apiVersion], [201, 'events.k8s.io/v1'])
})

test('pages of a list stay at their revision, through either group', async () => {
  for (const name of ['x1', 'x2', 'x3']) {
    await send('POST', coreEvents, { metadata: { name, labels: { page: 'x' } }, involvedObject: regarding })
  }
  const page = `${newEvents}?labelSelector=page%3Dx&limit=2`
  const first = (await send('GET', page)).body
  await send('DELETE', `${coreEvents}/x3`)
  const token = (first.metadata as { continue?: string }).continue ?? ''
  const second = (await send('GET', `${page}&continue=${encodeURIComponent(token)}`)).body
  assert.equal(
    second.items.map(({ metadata, regarding }) => [metadata.name, regarding]),
    [['x3', regarding]],
  )
})

test('the in-process client reads and writes another version, too', async () => {
  const { client } = server
  const made = await client.create(HorizontalPodAutoscalerV1, {
    metadata: { name: 'h', namespace: 'default' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3 },
  })
  assert.is(made.spec.targetCPUUtilizationPercentage, 80)
  const ref = { namespace: 'default', name: 'h' }
  const stored = await client.get(HorizontalPodAutoscaler, ref)
  assert.is(stored.spec.metrics?.[0]?.resource?.target.averageUtilization, 80)
  await client.update(HorizontalPodAutoscaler, {
    ...stored,
    spec: { ...stored.spec, behavior: { scaleDown: { stabilizationWindowSeconds: 7 } } },
  })
  const seen = await http.get(HorizontalPodAutoscalerV1, ref)
  assert.match(seen.metadata.annotations?.['autoscaling.alpha.kubernetes.io/behavior'] ?? '', '7')
  const written = await http.update(HorizontalPodAutoscalerV1, {
    ...seen,
    spec: { ...seen.spec, targetCPUUtilizationPercentage: 50 },
  })
  const after = await http.get(HorizontalPodAutoscaler, ref)
  assert.is(after.metadata.resourceVersion, written.metadata.resourceVersion)
  assert.is(after.spec.behavior?.scaleDown?.stabilizationWindowSeconds, 7)
  assert.is(after.spec.metrics?.[0]?.resource?.target.averageUtilization, 50)
})

test('kubectl finds recorded events through either group, and with what they are about', async () => {
  const kubectl = new Kubectl(url, tempDir('events-kubectl'))
  const pod = await http.create(Pod, podNamed('told'))
  const recorder = createRecorder({ client: server.client, clock: systemClock, logger: silent })
  recorder.record('scheduler', { about: pod, type: 'Warning', reason: 'Odd', message: 'it is odd' })
  await recorder.flush()
  for (const resource of ['events', 'events.v1.events.k8s.io']) {
    assert.match(await kubectl.ok('get', resource), /Warning +Odd +pod\/told +it is odd/)
  }
  assert.match(await kubectl.ok('describe', 'pod', 'told'), /Warning +Odd .* it is odd/)
  const { items } = await http.list(EventsEvent, { fieldSelector: 'regarding.name=told' })
  assert.equal(
    items.map(({ note, reason }) => [note, reason]),
    [['it is odd', 'Odd']],
  )
  assert.is((await http.list(Event, { fieldSelector: 'involvedObject.name=told' })).items.length, 1)
})

test.run()
