import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../../../api/kinds/index.ts'
import { wrongWith } from '../admit.ts'

type Spec = Pod['spec']
type Container = Spec['containers'][number]

/** What is wrong with a pod that has these parts; the first container has `parts`. */
const wrong = (spec: Partial<Spec>, parts: Partial<Container> = {}): string[] =>
  wrongWith(Pod, {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i', ...parts }], ...spec },
  })

/** The wording is kube-apiserver's, word for word. */
const cases: [what: string, errors: string[], expected: string[]][] = [
  [
    'an image with blanks around it',
    wrong({}, { image: ' i' }),
    ['spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace'],
  ],
  [
    'volumes that all lack a name',
    wrong({ volumes: Array.from({ length: 2 }, () => ({ name: '', emptyDir: {} })) }),
    ['spec.volumes[0].name: Required value', 'spec.volumes[1].name: Required value'],
  ],
  [
    'fields that variables cannot show',
    wrong(
      {},
      {
        env: ['metadata.nope', 'metadata.labels', "metadata.labels['a']", 'status.podIP'].map(
          (fieldPath, i) => ({
            name: `e${i}`,
            valueFrom: { fieldRef: { fieldPath } },
          }),
        ),
      },
    ),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.nope": error converting fieldPath: field label not supported: metadata.nope',
      'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
    ],
  ],
  [
    'sources of variables',
    wrong(
      {},
      {
        env: [
          { name: 'a', valueFrom: {} },
          { name: 'b', valueFrom: { secretKeyRef: { name: 's', key: '' } } },
          { name: 'c', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } },
        ],
        envFrom: [{}, { configMapRef: {} }, { configMapRef: { name: 'x' }, secretRef: { name: 'y' } }],
      },
    ),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
      'spec.containers[0].env[1].valueFrom.secretKeyRef.key: Required value',
      'spec.containers[0].env[2].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      'spec.containers[0].envFrom[1].configMapRef.name: Required value',
      'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  ],
  [
    'volumes that say too little, or lead elsewhere',
    wrong({
      volumes: [
        { name: 'a', hostPath: { path: '/a/../b', type: 'x' } },
        { name: 'b', configMap: {} },
        { name: 'c', secret: { secretName: 's', defaultMode: 999, items: [{ key: '', path: '../x' }] } },
        { name: 'd', persistentVolumeClaim: { claimName: '' } },
        { name: 'e', nfs: { server: '', path: 'x' } },
        { name: 'f', emptyDir: { sizeLimit: '-1' } },
        { name: 'g', downwardAPI: { items: [{ path: '', fieldRef: { fieldPath: 'spec.x' } }] } },
        { name: 'h', projected: { sources: [{ configMap: { name: '' } }] } },
      ],
    }),
    [
      `spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain '..'`,
      'spec.volumes[0].hostPath.type: Unsupported value: "x": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      'spec.volumes[1].configMap.name: Required value',
      'spec.volumes[2].secret.defaultMode: Invalid value: 999: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[2].secret.items[0].key: Required value',
      `spec.volumes[2].secret.items[0].path: Invalid value: "../x": must not contain '..'`,
      'spec.volumes[3].persistentVolumeClaim.claimName: Required value',
      'spec.volumes[4].nfs.server: Required value',
      'spec.volumes[4].nfs.path: Invalid value: "x": must be an absolute path',
      'spec.volumes[5].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity',
      'spec.volumes[6].downwardAPI.path: Required value',
      'spec.volumes[6].downwardAPI.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x',
      'spec.volumes[7].projected.sources[0].configMap.name: Required value',
    ],
  ],
  [
    'tolerations',
    wrong({
      tolerations: [
        { operator: 'Equal' },
        { key: 'a', operator: 'Exists', value: 'x' },
        { key: 'a', effect: 'NoSchedule', tolerationSeconds: 5 },
        { key: 'a', operator: 'X', effect: 'Y' },
      ],
    }),
    [
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      `spec.tolerations[1].operator: Invalid value: "x": value must be empty when \`operator\` is 'Exists'`,
      `spec.tolerations[2].effect: Invalid value: "NoSchedule": effect must be 'NoExecute' when \`tolerationSeconds\` is set`,
      'spec.tolerations[3].operator: Unsupported value: "X": supported values: "Equal", "Exists"',
      'spec.tolerations[3].effect: Unsupported value: "Y": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    'where pods would like to be',
    wrong({
      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'X' }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'a', operator: 'X' },
                  { key: 'a', operator: 'In' },
                  { key: 'a', operator: 'Gt', values: ['1', '2'] },
                  { key: 'a', operator: 'Exists', values: ['1'] },
                ],
              },
            ],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, preference: {} }],
        },
      },
    }),
    [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "X": not a valid selector operator',
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[3].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100',
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
      'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "X": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ],
  ],
  [
    'who runs it',
    wrong(
      { securityContext: { runAsUser: -1, supplementalGroups: [-1], sysctls: [{ name: 'A', value: '1' }] } },
      { securityContext: { runAsGroup: -1, privileged: true, allowPrivilegeEscalation: false } },
    ),
    [
      'spec.containers[0].securityContext.runAsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.containers[0].securityContext: Invalid value: {"runAsGroup":-1,"privileged":true,"allowPrivilegeEscalation":false}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      'spec.securityContext.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
    ],
  ],
  [
    'probes and what comes before',
    wrong(
      { initContainers: [{ name: 'i', image: 'i', livenessProbe: { grpc: { port: 0 } }, lifecycle: {} }] },
      { readinessProbe: { exec: { command: ['a'] }, terminationGracePeriodSeconds: 5 } },
    ),
    [
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes',
      'spec.initContainers[0].livenessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
      'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
  ],
  [
    'whole things of others',
    wrong({}, { resources: { limits: { 'example.com/gpu': '1.5' }, requests: { 'example.com/fpga': '1' } } }),
    [
      'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "1500m": must be an integer',
      'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "1500m": must be an integer',
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
  ],
  [
    'names of hosts',
    wrong({ dnsPolicy: 'None', hostAliases: [{ ip: 'x', hostnames: ['a'] }] }),
    [
      'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
    ],
  ],
]

for (const [what, errors, expected] of cases) test(what, () => assert.equal(errors, expected))

test('what a pod may say stays allowed', () => {
  assert.equal(
    wrong(
      {
        volumes: [
          { name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
          { name: 'h', hostPath: { path: '/x', type: '' } },
        ],
        tolerations: [{ operator: 'Exists' }],
        initContainers: [
          { name: 'i', image: 'i', restartPolicy: 'Always', startupProbe: { exec: { command: ['a'] } } },
        ],
      },
      {
        env: [{ name: '1 odd.name', value: '' }],
        resources: { limits: { 'example.com/gpu': '2' } },
        volumeMounts: [{ name: 'v', mountPath: '/v', mountPropagation: 'None' }],
      },
    ),
    [],
  )
})

test('an owner is named in full, and one controls', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'y', uid: '1', controller: true }
  const ownerReferences = [owner, { ...owner, name: 'z', uid: '' }]
  const [uid, controllers] = wrongWith(Pod, {
    metadata: { name: 'p', ownerReferences },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  })
  assert.is(uid, 'metadata.ownerReferences.uid: Invalid value: "": must not be empty')
  assert.match(controllers ?? '', 'Found "true" in references for Pod/y and Pod/z')
})

test.run()
