import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DaemonSet } from '../../../api/kinds/apps/daemon-set.ts'
import { StatefulSet } from '../../../api/kinds/apps/stateful-set.ts'
import { CronJob } from '../../../api/kinds/batch/cron-job.ts'
import { Deployment, Job, ReplicaSet } from '../../../api/kinds/index.ts'
import type { Draft } from '../../../api/resource.ts'
import { defaulted, wrongChange, wrongWith } from './admit.ts'

const labels = { app: 'x' }
const selector = { matchLabels: labels }
const podSpec = { containers: [{ name: 'c', image: 'nginx' }] }
const template = { metadata: { labels }, spec: podSpec }
const once = { spec: { ...podSpec, restartPolicy: 'Never' } }
const metadata = { name: 'n', uid: 'u' }

const deployment = (spec: Partial<Deployment['spec']>): Draft<Deployment> => ({
  metadata,
  spec: { selector, template, ...spec },
})

test('deployments that cannot be', () => {
  assert.equal(wrongWith(Deployment, { metadata } as Draft<Deployment>), [
    'spec.selector: Required value',
    'spec.template: Required value',
  ])
  assert.equal(
    wrongWith(
      Deployment,
      deployment({
        replicas: -1,
        selector: {},
        template: { ...template, spec: { ...podSpec, restartPolicy: 'Never', activeDeadlineSeconds: 1 } },
        minReadySeconds: 600,
        strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } },
      }),
    ),
    [
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.selector: Invalid value: map[string]string{}: empty selector is invalid for deployment',
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
      'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
    ],
  )
  assert.equal(wrongWith(Deployment, deployment({ strategy: { type: 'Recreate', rollingUpdate: {} } })), [
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ])
  assert.equal(wrongWith(Deployment, deployment({ strategy: { type: 'BlueGreen' } })), [
    'spec.strategy.type: Unsupported value: "BlueGreen": supported values: "Recreate", "RollingUpdate"',
  ])
  assert.match(
    wrongWith(Deployment, deployment({ strategy: { rollingUpdate: { maxSurge: 'many' } } }))[0] ?? '',
    'spec.strategy.rollingUpdate.maxSurge: Invalid value: "many": a valid percent string',
  )
})

test('selectors are checked, and stay', () => {
  const odd = [
    { key: 'a', operator: 'In' },
    { key: 'b', operator: 'Exists', values: ['x'] },
    { key: 'c', operator: 'Near' },
  ]
  assert.equal(wrongWith(ReplicaSet, { metadata, spec: { template, selector: { matchExpressions: odd } } }), [
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
  ])
  const old = defaulted(Deployment, deployment({}))
  const next = { ...old, spec: { ...old.spec, selector: { matchLabels: { app: 'y' } } } }
  assert.equal(wrongChange(Deployment, next, old), [
    'spec.selector: Invalid value: {"matchLabels":{"app":"y"}}: field is immutable',
  ])
  assert.equal(wrongChange(Deployment, { ...old, spec: { ...old.spec, replicas: 9 } }, old), [])
})

test('daemon sets roll one node at a time', () => {
  const { spec, status } = defaulted(DaemonSet, { metadata, spec: { selector, template } })
  assert.equal(spec.updateStrategy, {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
  })
  assert.is(status?.desiredNumberScheduled, 0)
  assert.equal(
    wrongWith(DaemonSet, { metadata, spec: { selector, template, updateStrategy: { type: 'Never' } } }),
    ['spec.updateStrategy.type: Unsupported value: "Never": supported values: "RollingUpdate", "OnDelete"'],
  )
})

test('a daemon set counts the changes of its template', () => {
  const generationOf = ({ metadata }: DaemonSet) =>
    metadata.annotations?.['deprecated.daemonset.template.generation']
  const old = defaulted(DaemonSet, { metadata, spec: { selector, template } })
  assert.is(generationOf(old), '1')
  const changed = (change: Partial<DaemonSet['spec']>) => {
    const next = { ...old, metadata: { ...old.metadata, annotations: {} }, spec: { ...old.spec, ...change } }
    DaemonSet.strategy.prepareUpdate?.(next, old)
    return generationOf(next)
  }
  assert.is(changed({ minReadySeconds: 5 }), '1')
  assert.is(changed({ template: { ...old.spec.template, metadata: { labels: { ...labels, b: 'c' } } } }), '2')
})

test('the pods of a stateful set get volumes for its claims, and names of their own', () => {
  const mounts = (name: string) => ({ volumeMounts: [{ name, mountPath: '/data' }] })
  const set = (mounted: string, spec: object = {}): Draft<StatefulSet> => ({
    metadata,
    spec: {
      selector,
      serviceName: 's',
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      template: {
        metadata: { labels },
        spec: { ...spec, containers: [{ name: 'c', image: 'nginx', ...mounts(mounted) }] },
      },
    },
  })
  assert.equal(wrongWith(StatefulSet, set('data')), [])
  const replaced = { name: 'data', hostPath: { path: '..' } }
  assert.equal(wrongWith(StatefulSet, set('data', { hostname: '%', volumes: [replaced] })), [])
  assert.equal(wrongWith(StatefulSet, set('other')), [
    'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"',
  ])
})

test('of a stateful set little may change', () => {
  const old = defaulted(StatefulSet, {
    metadata,
    spec: { selector, template, serviceName: 's', volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
  })
  assert.equal(old.spec.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
  assert.is(old.spec.volumeClaimTemplates?.[0]?.spec?.volumeMode, 'Filesystem')
  assert.equal(
    wrongChange(StatefulSet, { ...old, spec: { ...old.spec, replicas: 3, minReadySeconds: 1 } }, old),
    [],
  )
  assert.equal(wrongChange(StatefulSet, { ...old, spec: { ...old.spec, serviceName: 'other' } }, old), [
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ])
  assert.equal(
    wrongWith(StatefulSet, {
      metadata,
      spec: {
        selector,
        template,
        serviceName: 's',
        podManagementPolicy: 'Random',
        updateStrategy: { type: 'OnDelete', rollingUpdate: {} },
      },
    }),
    [
      "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'",
      "spec.updateStrategy.rollingUpdate: Invalid value: map[string]string{}: only allowed for updateStrategy 'RollingUpdate'",
    ],
  )
})

test('jobs end', () => {
  assert.equal(wrongWith(Job, { metadata, spec: { template: { spec: podSpec }, backoffLimit: -1 } }), [
    'spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0',
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ])
  const parallel = defaulted(Job, { metadata, spec: { template: once, parallelism: 3 } })
  assert.equal([parallel.spec.completions, parallel.spec.parallelism], [undefined, 3])
  const manual = { metadata, spec: { template: once, manualSelector: true } }
  assert.equal(wrongWith(Job, manual).slice(0, 1), ['spec.selector: Required value'])
})

test('a job finds its own pods', () => {
  const own = {
    'batch.kubernetes.io/job-name': 'n',
    'job-name': 'n',
    'batch.kubernetes.io/controller-uid': 'u',
    'controller-uid': 'u',
  }
  const job = defaulted(Job, { metadata, spec: { template: once } })
  assert.equal(job.spec.template.metadata?.labels, own)
  assert.equal(job.metadata.labels, own)
  assert.equal(job.spec.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } })
  assert.equal(Job.strategy.validateCreate?.(job), [])
  const foreign = { ...once, metadata: { labels: { 'job-name': 'of another' } } }
  const wrong = Job.strategy.validateCreate?.(
    defaulted(Job, {
      metadata,
      spec: { template: foreign, selector: { matchLabels: { 'controller-uid': 'v' } } },
    }),
  )
  assert.equal(
    wrong?.map(({ field }) => field),
    ['spec.template.metadata.labels[job-name]', 'spec.selector'],
  )
})

test('a job stays what it is', () => {
  const old = defaulted(Job, { metadata, spec: { template: once } })
  const next = { ...old, spec: { ...old.spec, completions: 5, parallelism: 2 } }
  assert.equal(wrongChange(Job, next, old), ['spec.completions: Invalid value: 5: field is immutable'])
})

test('cron jobs', () => {
  const jobTemplate = { spec: { template: once } }
  const cron = (spec: Partial<CronJob['spec']>): Draft<CronJob> => ({
    metadata,
    spec: { schedule: '@daily', jobTemplate, ...spec },
  })
  assert.equal(wrongWith(CronJob, cron({ timeZone: 'Europe/Berlin' })), [])
  assert.equal(
    wrongWith(
      CronJob,
      cron({ schedule: 'daily', timeZone: 'Middle/Earth', concurrencyPolicy: 'Queue', jobTemplate: {} }),
    ),
    [
      'spec.schedule: Invalid value: "daily": expected exactly 5 fields, found 1: [daily]',
      'spec.timeZone: Invalid value: "Middle/Earth": unknown time zone Middle/Earth',
      'spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"',
      'spec.jobTemplate.spec: Required value',
    ],
  )
  assert.is(CronJob.strategy.validateName?.('x'.repeat(53)), 'must be no more than 52 characters')
})

test.run()
