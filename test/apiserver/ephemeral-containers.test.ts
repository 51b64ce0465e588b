import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../api/kinds/index.ts'
import { podNamed, startServer } from './running-server.ts'

const { http, url, stop } = await startServer()
test.after(stop)

const pathOf = (name: string) => `${url}/api/v1/namespaces/default/pods/${name}`

const send = async (method: string, path: string, body: object, type = 'application/json') => {
  const response = await fetch(path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': type, 'user-agent': 'test' },
  })
  const answer = (await response.json()) as Pod & { message?: string }
  return { status: response.status, warning: response.headers.get('warning'), answer }
}

const debugger1 = { name: 'debugger', image: 'busybox', targetContainerName: 'main' }

const strategic = (path: string, ...ephemeralContainers: object[]) =>
  send('PATCH', path, { spec: { ephemeralContainers } }, 'application/strategic-merge-patch+json')

test('of a write to /ephemeralcontainers nothing else is taken', async () => {
  const made = await http.create(Pod, podNamed('one'))
  const put = {
    ...made,
    metadata: { ...made.metadata, labels: { left: 'out' } },
    spec: { ...made.spec, activeDeadlineSeconds: 5, ephemeralContainers: [debugger1] },
  }
  const { status, warning, answer } = await send('PUT', `${pathOf('one')}/ephemeralcontainers`, put)
  assert.is(status, 200)
  assert.match(warning ?? '', 'nothing starts them')
  const { ephemeralContainers, ...spec } = answer.spec
  assert.equal(spec, made.spec)
  assert.is(answer.metadata.labels, undefined)
  assert.is(answer.metadata.generation, 2)
  assert.equal(ephemeralContainers, [
    {
      ...debugger1,
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: 'Always',
    },
  ])
  const owner = answer.metadata.managedFields?.find(each => each.subresource === 'ephemeralcontainers')
  assert.equal(Object.keys(owner?.fieldsV1 ?? {}), ['f:spec'])
  assert.is((await send('PUT', `${pathOf('one')}/ephemeralcontainers`, put)).status, 409)
})

test('ephemeral containers only become more, and elsewhere they stay as they are', async () => {
  await http.create(Pod, podNamed('two'))
  const path = `${pathOf('two')}/ephemeralcontainers`
  assert.is((await strategic(path, debugger1)).status, 200)
  const { answer } = await strategic(path, { name: 'other', image: 'busybox' })
  assert.equal(
    answer.spec.ephemeralContainers?.map(({ name }) => name),
    ['other', 'debugger'],
  )
  const changed = await strategic(path, { ...debugger1, image: 'alpine' })
  assert.is(changed.status, 422)
  assert.match(changed.answer.message ?? '', 'existing ephemeral containers "debugger" may not be changed')
  const removed = await send('PUT', path, { ...answer, spec: { ...answer.spec, ephemeralContainers: [] } })
  assert.match(removed.answer.message ?? '', 'existing ephemeral containers "other" may not be removed')
  const elsewhere = await strategic(pathOf('two'), { name: 'third', image: 'busybox' })
  assert.match(elsewhere.answer.message ?? '', 'pod updates may not change fields other than')
})

test('what is wrong with an ephemeral container', async () => {
  await http.create(Pod, podNamed('three'))
  const path = `${pathOf('three')}/ephemeralcontainers`
  const at = 'spec.ephemeralContainers[0]'
  for (const [container, said] of [
    [{ name: 'main' }, `${at}.name: Duplicate value: "main"`],
    [{ targetContainerName: 'none' }, `${at}.targetContainerName: Not found: "none"`],
    [{ ports: [{ containerPort: 80 }] }, `${at}.ports: Forbidden: cannot be set for an Ephemeral Container`],
    [
      { resources: { limits: { cpu: '1' } } },
      `${at}.resources: Forbidden: cannot be set for an Ephemeral Container`,
    ],
    [{ image: '' }, `${at}.image: Required value`],
  ] as const) {
    const { status, answer } = await strategic(path, { name: 'debugger', image: 'busybox', ...container })
    assert.is(status, 422)
    assert.match(answer.message ?? '', said)
  }
})

test('they can be applied', async () => {
  await http.create(Pod, podNamed('four'))
  const config = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'four', labels: { left: 'out' } } }
  const { status, answer } = await send(
    'PATCH',
    `${pathOf('four')}/ephemeralcontainers?fieldManager=me`,
    { ...config, spec: { ephemeralContainers: [debugger1] } },
    'application/apply-patch+yaml',
  )
  assert.is(status, 200)
  assert.is(answer.spec.ephemeralContainers?.[0]?.name, 'debugger')
  assert.is(answer.metadata.labels, undefined)
})

test.run()
