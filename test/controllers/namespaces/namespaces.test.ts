import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Client } from '../../../api/client.ts'
import type { Kind } from '../../../api/kind.ts'
import { ConfigMap, Event, Namespace, Pod, Secret, Service } from '../../../api/kinds/index.ts'
import { refOf } from '../../../api/resource.ts'
import { refused } from '../../apiserver/client-contract.ts'
import { eventually } from '../../support/eventually.ts'
import { defineCaches, gone, inWorlds, isGone, podSpec, pods } from '../cluster-of-controllers.ts'

const name = 'team'
const ref = { namespace: '', name }
const finalizers = ['example.com/held']

const createTeam = (client: Client) => client.create(Namespace, { metadata: { name } })

const createPods = (client: Client, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      client.create(Pod, { metadata: { name: `pod-${n}`, namespace: name }, spec: podSpec }),
    ),
  )

/** The conditions of the namespace, as type -> status and message. */
const conditions = async (client: Client): Promise<Record<string, string>> => {
  const { status } = await client.get(Namespace, ref)
  return Object.fromEntries(
    status?.conditions?.map(({ type, status, message }) => [type, `${status}: ${message}`]) ?? [],
  )
}

inWorlds('an empty namespace goes', async ({ client }) => {
  const { metadata } = await createTeam(client)
  assert.equal(metadata.labels, { 'kubernetes.io/metadata.name': name })
  const left = await client.delete(Namespace, ref)
  assert.is(left.status?.phase, 'Terminating')
  assert.equal(left.spec?.finalizers, ['kubernetes'])
  await gone(client, Namespace, name, '')
})

inWorlds('all that is in a namespace goes with it, and nothing else', async ({ client }) => {
  const Cache = await defineCaches(client)
  await createTeam(client)
  await createPods(client, 60)
  for (const namespace of ['default', name]) {
    await client.create(Service, { metadata: { name: 'web', namespace }, spec: { ports: [{ port: 80 }] } })
    await client.create(Cache, { metadata: { name: 'cache', namespace } })
  }
  await client.create(Event, {
    metadata: { name: 'told', namespace: name },
    involvedObject: { kind: 'Pod', namespace: name, name: 'pod-0' },
  })
  await client.delete(Namespace, ref)
  await gone(client, Namespace, name, '')
  await createTeam(client)
  const kinds: readonly Kind<never>[] = [Pod, Service, Cache, Event]
  for (const kind of kinds) {
    assert.equal((await client.list(kind, { namespace: name })).items, [], kind.kind)
  }
  assert.not(await isGone(client, Service, { namespace: 'default', name: 'web' }))
  assert.not(await isGone(client, Cache, { namespace: 'default', name: 'cache' }))
})

inWorlds('pods are given their grace, and outlived by what they use', async ({ client }) => {
  await createTeam(client)
  const [pod] = await createPods(client, 1)
  assert.ok(pod)
  await client.bind({ metadata: refOf(pod), target: { name: 'host' } })
  const secret = await client.create(Secret, { metadata: { name: 'used', namespace: name } })
  await client.delete(Namespace, ref)
  await eventually('told what remains', async () => {
    const { NamespaceContentRemaining } = await conditions(client)
    return NamespaceContentRemaining === 'True: Some resources are remaining: pods. has 1 resource instances'
  })
  assert.ok((await pods(client, 1, name))[0]?.metadata.deletionTimestamp)
  assert.equal(await client.get(Secret, refOf(secret)), secret)
  await client.delete(Pod, refOf(pod), { gracePeriodSeconds: 0 })
  await gone(client, Namespace, name, '')
  assert.ok(await isGone(client, Secret, refOf(secret)))
})

inWorlds('objects with finalizers are waited for, and the conditions say so', async ({ client }) => {
  await createTeam(client)
  const map = await client.create(ConfigMap, { metadata: { name: 'held', namespace: name, finalizers } })
  await client.delete(Namespace, ref)
  await eventually(
    'told of the finalizer',
    async () => 'NamespaceFinalizersRemaining' in (await conditions(client)),
  )
  assert.equal(await conditions(client), {
    NamespaceDeletionDiscoveryFailure: 'False: All resources successfully discovered',
    NamespaceDeletionGroupVersionParsingFailure: 'False: All legacy kube types successfully parsed',
    NamespaceDeletionContentFailure:
      'False: All content successfully deleted, may be waiting on finalization',
    NamespaceContentRemaining: 'True: Some resources are remaining: configmaps. has 1 resource instances',
    NamespaceFinalizersRemaining:
      'True: Some content in the namespace has finalizers remaining: example.com/held in 1 resource instances',
  })
  await client.patch(ConfigMap, refOf(map), { metadata: { finalizers: null } })
  await gone(client, Namespace, name, '')
})

inWorlds('nothing new comes into a namespace that is terminating', async ({ client }) => {
  await createTeam(client)
  await client.create(ConfigMap, { metadata: { name: 'held', namespace: name, finalizers } })
  await client.delete(Namespace, ref)
  const { status } = await refused(
    client.create(ConfigMap, { metadata: { name: 'late', namespace: name } }),
    'Forbidden',
  )
  assert.is(
    status.message,
    'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
  )
  assert.equal(status.details?.causes, [
    {
      reason: 'NamespaceTerminating',
      message: 'namespace team is being terminated',
      field: 'metadata.namespace',
    },
  ])
})

inWorlds('a namespace stays for the finalizers that others have put into its spec', async ({ client }) => {
  const made = await createTeam(client)
  const wrong = { ...made, spec: { finalizers: ['kubernetes', 'unqualified'] } }
  const { status } = await refused(client.finalize(wrong), 'Invalid')
  assert.match(
    status.message ?? '',
    /spec\.finalizers\[1\].* neither a standard finalizer name nor .* fully qualified/,
  )
  const others = ['example.com/theirs']
  const added = await client.finalize({ ...made, spec: { finalizers: ['kubernetes', ...others] } })
  const plain = await client.update(Namespace, { ...added, spec: { finalizers: [] } })
  assert.equal(plain.spec?.finalizers, ['kubernetes', ...others], 'an update does not touch them')
  await refused(client.finalize(made), 'Conflict')
  await client.delete(Namespace, ref)
  const waiting = await eventually('the controller has done its part', async () => {
    const found = await client.get(Namespace, ref)
    return found.spec?.finalizers?.length === 1 && found
  })
  assert.equal(waiting.spec?.finalizers, others)
  assert.is(waiting.status?.phase, 'Terminating')
  await client.finalize({ ...waiting, spec: { finalizers: [] } })
  assert.ok(await isGone(client, Namespace, ref))
})

inWorlds('a namespace that has lost its finalizers before it is deleted goes as well', async ({ client }) => {
  const made = await createTeam(client)
  await client.finalize({ ...made, spec: { finalizers: [] } })
  await client.delete(Namespace, ref)
  await gone(client, Namespace, name, '')
})

inWorlds('what was deleted while nobody looked goes later', async world => {
  const { client } = world
  await createTeam(client)
  await createPods(client, 2)
  await world.stop()
  await client.delete(Namespace, ref)
  await world.start()
  await gone(client, Namespace, name, '')
})

inWorlds('the namespaces of the system stay', async ({ client }) => {
  for (const name of ['default', 'kube-public', 'kube-system']) {
    const { status } = await refused(client.delete(Namespace, { namespace: '', name }), 'Forbidden')
    assert.is(status.message, `namespaces "${name}" is forbidden: this namespace may not be deleted`)
  }
})

inWorlds('a namespace is patched, and keeps the label of its name', async ({ client }) => {
  await createTeam(client)
  const patched = await client.patch(Namespace, ref, {
    metadata: { labels: { own: 'yes', 'kubernetes.io/metadata.name': null } },
  })
  assert.equal(patched.metadata.labels, { own: 'yes', 'kubernetes.io/metadata.name': name })
  const generated = await client.create(Namespace, { metadata: { generateName: 'team-' } })
  assert.is(generated.metadata.labels?.['kubernetes.io/metadata.name'], generated.metadata.name)
})

test.run()
