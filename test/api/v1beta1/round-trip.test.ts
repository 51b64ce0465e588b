import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Resource } from '../../../api/resource.ts'
import { kindOf } from './recordings.ts'

type Json = Record<string, unknown>
type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>

/** An object in which any of the optional fields may be missing, as Go's `omitempty` left them out. */
const object = (required: Fields, optional: Fields = {}): fc.Arbitrary<Json> =>
  fc
    .record({ ...required, ...optional }, { requiredKeys: Object.keys(required) })
    .map(value => ({ ...value }) as Json)

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
const words = fc.string({ minLength: 1, maxLength: 12 })
const labels = fc.dictionary(name, words, { minKeys: 1, maxKeys: 3 })
const port = fc.integer({ min: 1, max: 65535 })
const count = fc.integer({ min: 1, max: 2 ** 40 })
const time = fc
  .date({ min: new Date('2014-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map(date => date.toISOString().replace(/\.\d+Z$/, 'Z'))
const ip = fc.ipV4()
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 })
const named = (item: fc.Arbitrary<Json>) =>
  fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: each => each.name })

const meta = (kind: string, plural: string, spaced = true) =>
  object(
    { id: name, uid: fc.uuid(), creationTimestamp: time, resourceVersion: count },
    { annotations: labels },
  ).map(({ id, ...rest }) => ({
    kind,
    id,
    ...rest,
    selfLink: `/api/v1beta1/${plural}/${id}`,
    apiVersion: 'v1beta1',
    ...(spaced && { namespace: 'default' }),
  }))

const portName = fc.oneof(port, port.map(String), name)
const httpGet = object({ port: portName }, { path: words, host: ip })
const exec = object({ command: list(words) })
const delay = { initialDelaySeconds: count }
const probe = fc.oneof(
  object({ httpGet }, delay),
  object({ tcpSocket: object({ port: portName }) }, delay),
  object({ exec }, delay),
)
const handler = fc.oneof(object({ httpGet }), object({ exec }))

const container = object(
  {
    name,
    image: fc.constantFrom('dockerfile/nginx', 'x', 'a:1', 'r:5000/a', 'a:latest', 'a@sha256:0'),
    imagePullPolicy: fc.constantFrom('', 'PullAlways', 'PullNever', 'PullIfNotPresent'),
  },
  {
    command: list(words),
    workingDir: words,
    ports: list(
      object(
        { containerPort: port, protocol: fc.constantFrom('TCP', 'UDP') },
        { name, hostPort: port, hostIP: ip },
      ),
    ),
    env: list(object({ name }, { value: words }).map(each => ({ ...each, key: each.name }))),
    memory: count,
    cpu: count,
    volumeMounts: list(
      object({ name, mountPath: words }, { readOnly: fc.constant(true) }).map(each => ({
        ...each,
        path: each.mountPath,
      })),
    ),
    livenessProbe: probe,
    lifecycle: fc.oneof(
      object({ postStart: handler }, { preStop: handler }),
      object({ preStop: handler }, { postStart: handler }),
    ),
    privileged: fc.constant(true),
  },
)

const noSource = { hostDir: null, emptyDir: null, persistentDisk: null, gitRepo: null }
const source = fc.oneof(
  fc.constant(null),
  fc.constant({ ...noSource, emptyDir: {} }),
  words.map(path => ({ ...noSource, hostDir: { path } })),
  object({ pdName: name }, { fsType: words, partition: count, readOnly: fc.constant(true) }).map(
    persistentDisk => ({ ...noSource, persistentDisk }),
  ),
  object({ repository: words, revision: words }).map(gitRepo => ({ ...noSource, gitRepo })),
)

const manifest = object({
  version: fc.constant('v1beta2'),
  id: fc.constant(''),
  volumes: fc.oneof(fc.constant(null), named(object({ name, source }))),
  containers: named(container),
  restartPolicy: fc.constantFrom({ always: {} }, { onFailure: {} }, { never: {} }),
})

const noManifest = { version: '', id: '', volumes: null, containers: null, restartPolicy: {} }

const pod = fc.tuple(
  meta('Pod', 'pods'),
  object({ desiredState: object({ manifest }) }, { labels, nodeSelector: labels }),
  object(
    { status: fc.constantFrom('Waiting', 'Running', 'Terminated') },
    { message: words, host: name, hostIP: ip, podIP: ip },
  ).map(state => ({ manifest: noManifest, ...state })),
)

const template = object({ desiredState: object({ manifest }), labels })

const shapes: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  Pod: pod.map(([meta, pod, currentState]) => ({ ...meta, ...pod, currentState })),
  ReplicationController: fc
    .tuple(
      meta('ReplicationController', 'replicationControllers'),
      object({
        desiredState: object({ replicas: fc.nat(), replicaSelector: labels, podTemplate: template }),
        currentState: object({
          replicas: fc.nat(),
          podTemplate: fc.constant({ desiredState: { manifest: noManifest } }),
        }),
      }),
    )
    .map(([meta, rest]) => ({ ...meta, ...rest })),
  Service: fc
    .tuple(
      meta('Service', 'services'),
      object(
        {
          port,
          protocol: fc.constantFrom('TCP', 'UDP'),
          containerPort: fc.oneof(fc.nat(65535), port.map(String), name),
        },
        {
          labels,
          selector: labels,
          createExternalLoadBalancer: fc.constant(true),
          publicIPs: list(ip),
          portalIP: ip,
          proxyPort: port,
        },
      ),
    )
    .map(([meta, rest]) => ({ ...meta, ...rest })),
  Endpoints: fc
    .tuple(
      meta('Endpoints', 'endpoints'),
      object({}, { endpoints: list(fc.tuple(ip, port).map(([ip, port]) => `${ip}:${port}`)) }),
    )
    .map(([meta, rest]) => ({ ...meta, ...rest })),
  Minion: fc
    .tuple(
      meta('Minion', 'minions', false),
      object(
        { resources: object({ capacity: object({ cpu: count, memory: count }) }) },
        { hostIP: ip, labels },
      ),
    )
    .map(([meta, rest]) => ({ ...meta, ...rest })),
  Event: fc
    .tuple(
      meta('Event', 'events'),
      object(
        {
          involvedObject: object({ kind: words, name }, { namespace: name, uid: words, fieldPath: words }),
          timestamp: time,
        },
        { status: words, reason: words, message: words, source: words, host: name },
      ),
    )
    .map(([meta, rest]) => ({ ...meta, ...rest })),
}

/** v1's defaults, filled in as a server would, must not show. */
const defaulted = (legacyKind: string, object: object): Resource => {
  const draft = JSON.parse(JSON.stringify(object)) as Resource
  kindOf(legacyKind).kind.strategy.default?.(draft)
  return draft
}

for (const [legacyKind, shape] of Object.entries(shapes)) {
  test(`any ${legacyKind} survives the way to v1, its defaults, and the way back`, () => {
    const kind = kindOf(legacyKind)
    fc.assert(
      fc.property(shape, generated => {
        const legacy = JSON.parse(JSON.stringify(generated)) as Json
        const back = kind.toLegacy(defaulted(legacyKind, kind.fromLegacy(legacy)))
        assert.equal(JSON.parse(JSON.stringify(back)), legacy)
      }),
      { numRuns: 300 },
    )
  })
}

test('what v1 clients change later is not hidden by what v1beta1 once said', () => {
  const kind = kindOf('Service')
  const draft = kind.fromLegacy({ id: 's', port: 80, containerPort: '8080' })
  const stored = draft as unknown as { spec: { ports: { targetPort: unknown }[] } }
  assert.equal(stored.spec.ports, [{ port: 80, targetPort: 8080 }])
  assert.is((kind.toLegacy(draft as Resource) as Json).containerPort, '8080')
  const [port] = stored.spec.ports
  if (port) port.targetPort = 9090
  assert.is((kind.toLegacy(draft as Resource) as Json).containerPort, 9090)
})

test('an annotation that is no remark does no harm', () => {
  const kind = kindOf('Service')
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      const body = {
        id: 's',
        port: 80,
        containerPort: 80,
        annotations: { 'k8s.mesosphere.io/v1beta1': text },
      }
      assert.is((kind.toLegacy(kind.fromLegacy(body) as Resource) as Json).containerPort, 80)
      const stored = { metadata: { annotations: body.annotations }, spec: { ports: [{ port: 80 }] } }
      assert.is((kind.toLegacy(stored as unknown as Resource) as Json).annotations, undefined)
    }),
  )
})

test.run()
