import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Kind } from '../../../api/kind.ts'
import { StatefulSet } from '../../../api/kinds/apps/stateful-set.ts'
import { Job, Service } from '../../../api/kinds/index.ts'
import { PodDisruptionBudget } from '../../../api/kinds/policy/pod-disruption-budget.ts'
import { ClusterRoleBinding, RoleBinding } from '../../../api/kinds/rbac/role-binding.ts'
import { ResourceQuota } from '../../../api/kinds/resource-quota.ts'
import { StorageClass } from '../../../api/kinds/storage/storage-class.ts'
import type { Resource } from '../../../api/resource.ts'
import { wrongWith } from './admit.ts'
import { minimalOf } from './minimal.ts'

/** What is wrong with the least object of a kind that has these members in its spec. */
const wrong = <T extends Resource>(kind: Kind<T>, spec: object): string[] => {
  const least = minimalOf(kind) as { spec?: object }
  return wrongWith(kind, {
    metadata: { name: 'x' },
    ...least,
    spec: { ...least.spec, ...spec },
  } as never)
}

test('services', () => {
  assert.equal(wrong(Service, {}), [])
  assert.match(
    wrong(Service, { type: 'ExternalName', externalName: 'A_' })[0] ?? '',
    /^spec.externalName: Invalid/,
  )
  const sessionAffinityConfig = { clientIP: { timeoutSeconds: 0 } }
  assert.equal(wrong(Service, { sessionAffinity: 'ClientIP', sessionAffinityConfig }), [
    'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
  ])
  assert.equal(wrong(Service, { externalTrafficPolicy: 'Local' }), [
    'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
  ])
  assert.equal(wrong(Service, { type: 'NodePort', externalTrafficPolicy: 'X' }), [
    'spec.externalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"',
  ])
  assert.equal(wrong(Service, { type: 'NodePort', clusterIP: 'None', clusterIPs: ['None'] }), [
    `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`,
  ])
})

test('whose service account is bound may be left out in a namespace', () => {
  const subjects = [{ kind: 'ServiceAccount', name: 'robot' }]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }
  assert.equal(
    wrongWith(RoleBinding, { metadata: { name: 'x', namespace: 'default' }, roleRef, subjects }),
    [],
  )
  assert.equal(wrongWith(ClusterRoleBinding, { metadata: { name: 'x' }, roleRef, subjects }), [
    'subjects[0].namespace: Required value',
  ])
})

test('jobs and stateful sets', () => {
  assert.equal(wrong(Job, { podReplacementPolicy: 'X', backoffLimitPerIndex: 1 }), [
    'spec.podReplacementPolicy: Unsupported value: "X": supported values: "Failed", "TerminatingOrFailed"',
    'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
  ])
  const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'X' }
  const [ordinal, service, retention] = wrong(StatefulSet, {
    ordinals: { start: -1 },
    serviceName: 'A_',
    persistentVolumeClaimRetentionPolicy,
  })
  assert.is(ordinal, 'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0')
  assert.match(service ?? '', /^spec.serviceName: Invalid value: "A_": a lowercase RFC 1123 label/)
  assert.is(
    retention,
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "X": supported values: "Retain", "Delete"',
  )
})

test('quotas, budgets, classes', () => {
  assert.equal(
    wrong(ResourceQuota, { hard: { pods: '10', 'requests.cpu': '1', 'count/jobs.batch': '3' } }),
    [],
  )
  assert.equal(wrong(ResourceQuota, { hard: { foo: '1', pods: '1500m', cpu: '-1' } }), [
    'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
    'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
    'spec.hard[pods]: Invalid value: "1500m": must be an integer',
    'spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0',
  ])
  assert.equal(wrong(PodDisruptionBudget, { unhealthyPodEvictionPolicy: 'X' }), [
    'spec.unhealthyPodEvictionPolicy: Unsupported value: "X": supported values: "AlwaysAllow", "IfHealthyBudget"',
  ])
  const [provisioner] = wrongWith(StorageClass, { metadata: { name: 'x' }, provisioner: 'a b' })
  assert.match(provisioner ?? '', /^provisioner: Invalid value: "a b": name part must consist of/)
})

test.run()
