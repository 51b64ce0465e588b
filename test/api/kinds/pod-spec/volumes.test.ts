import { test } from 'uvu'
import { testCases } from './wrong.ts'

testCases([
  [
    'names of volumes',
    {
      volumes: [
        { name: '', emptyDir: {} },
        { name: 'A', emptyDir: {} },
        { name: 'a', emptyDir: {} },
        { name: 'a', emptyDir: {} },
      ],
    },
    [
      'spec.volumes[0].name: Required value',
      "spec.volumes[1].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'spec.volumes[3].name: Duplicate value: "a"',
    ],
  ],
  [
    'the first type is looked at, and the others are too many',
    {
      volumes: [
        {
          name: 'v',
          emptyDir: { sizeLimit: '-1' },
          hostPath: { path: '' },
          cephfs: { monitors: [] },
          downwardAPI: {},
        },
      ],
    },
    [
      'spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity',
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
      'spec.volumes[0].cephFS: Forbidden: may not specify more than 1 volume type',
      'spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type',
    ],
  ],
  [
    'paths of the host',
    {
      volumes: [
        { name: 'a', hostPath: { path: '', type: 'X' } },
        { name: 'b', hostPath: { path: '/a/../b', type: 'X' } },
      ],
    },
    [
      'spec.volumes[0].hostPath.path: Required value',
      'spec.volumes[1].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
      'spec.volumes[1].hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  [
    'paths of files',
    {
      volumes: [
        {
          name: 'v',
          secret: {
            secretName: 's',
            items: [
              { key: 'k', path: '/a' },
              { key: 'k', path: '../a' },
              { key: 'k', path: 'a/..' },
              { key: 'k', path: '..a' },
            ],
          },
        },
      ],
    },
    [
      'spec.volumes[0].secret.items[0].path: Invalid value: "/a": must be a relative path',
      'spec.volumes[0].secret.items[1].path: Invalid value: "../a": must not contain \'..\'',
      'spec.volumes[0].secret.items[2].path: Invalid value: "a/..": must not contain \'..\'',
      'spec.volumes[0].secret.items[3].path: Invalid value: "..a": must not start with \'..\'',
    ],
  ],
  [
    'files without names, and their permissions',
    { volumes: [{ name: 'v', configMap: { defaultMode: 512, items: [{ key: '', path: '', mode: -1 }] } }] },
    [
      'spec.volumes[0].configMap.name: Required value',
      'spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[0].configMap.items[0].key: Required value',
      'spec.volumes[0].configMap.items[0].path: Required value',
      'spec.volumes[0].configMap.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
    ],
  ],
  [
    'files about the pod',
    {
      volumes: [
        {
          name: 'v',
          downwardAPI: {
            items: [
              { path: '' },
              { path: 'a', fieldRef: { fieldPath: 'status.podIP' } },
              { path: 'b', resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } },
              { path: 'c', fieldRef: { fieldPath: 'metadata.name' }, resourceFieldRef: { resource: '' } },
            ],
          },
        },
      ],
    },
    [
      'spec.volumes[0].downwardAPI.path: Required value',
      'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
      'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
      'spec.volumes[0].downwardAPI.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
      'spec.volumes[0].downwardAPI: Invalid value: "resource": fieldRef and resourceFieldRef can not be specified simultaneously',
    ],
  ],
  [
    'a claim that is said twice',
    {
      volumes: [
        {
          name: 'v',
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          },
        },
        { name: 'w', persistentVolumeClaim: { claimName: 'p-v' } },
      ],
    },
    [
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "p-v": must not reference a PVC that gets created for an ephemeral volume',
    ],
  ],
  [
    'claims of templates',
    {
      volumes: [
        { name: 'a', ephemeral: {} },
        { name: 'b', ephemeral: { volumeClaimTemplate: { metadata: { name: 'x' }, spec: {} } } },
      ],
    },
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate: Required value',
      'spec.volumes[1].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
      'spec.volumes[1].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
      'spec.volumes[1].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
    ],
  ],
  [
    'images',
    {
      volumes: [
        { name: 'a', image: {} },
        { name: 'b', image: { reference: 'a', pullPolicy: 'X' } },
      ],
    },
    [
      'spec.volumes[0].image.reference: Required value',
      'spec.volumes[1].image.pullPolicy: Unsupported value: "X": supported values: "Always", "IfNotPresent", "Never"',
    ],
  ],
  [
    'several sources of files',
    {
      volumes: [
        {
          name: 'v',
          projected: {
            sources: [
              { secret: { name: '', items: [{ key: 'k', path: 'x' }] } },
              { configMap: { name: 'c', items: [{ key: 'k', path: 'x' }] } },
              { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } },
              { secret: { name: 's' }, configMap: { name: 'c' } },
            ],
          },
        },
      ],
    },
    [
      'spec.volumes[0].projected.sources[0].secret.name: Required value',
      'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths',
      'spec.volumes[0].projected: Invalid value: "x": conflicting duplicate paths',
      'spec.volumes[0].projected.sources[3]: Forbidden: may not specify more than 1 volume type per source',
    ],
  ],
  [
    'tokens',
    {
      volumes: [
        {
          name: 'v',
          projected: {
            sources: [
              { serviceAccountToken: { path: '', expirationSeconds: 1 } },
              { serviceAccountToken: { path: '/t', expirationSeconds: 8589934592 } },
            ],
          },
        },
      ],
    },
    [
      'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      'spec.volumes[0].projected.path: Required value',
      'spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 8589934592: may not specify a duration larger than 2^32 seconds',
      'spec.volumes[0].projected.path: Invalid value: "/t": must be a relative path',
    ],
  ],
])

test.run()
