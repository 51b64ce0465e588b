import { test } from 'uvu'
import { container, testCases } from './wrong.ts'

testCases([
  [
    'names of variables',
    container({ env: [{ name: '' }, { name: 'a=b' }, { name: '1 a.b' }] }),
    [
      'spec.containers[0].env[0].name: Required value',
      'spec.containers[0].env[1].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    ],
  ],
  [
    'no source',
    container({ env: [{ name: 'a', valueFrom: {} }] }),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ],
  ],
  [
    'a source and a value',
    container({ env: [{ name: 'a', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ],
  ],
  [
    'two sources',
    container({
      env: [
        {
          name: 'a',
          valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 's', key: 'k' } },
        },
      ],
    }),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  ],
  [
    'keys of others',
    container({
      env: [
        { name: 'a', valueFrom: { configMapKeyRef: { name: '', key: '' } } },
        { name: 'b', valueFrom: { secretKeyRef: { name: 's', key: '..' } } },
      ],
    }),
    [
      "spec.containers[0].env[0].valueFrom.configMapKeyRef.name: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value',
      'spec.containers[0].env[1].valueFrom.secretKeyRef.key: Invalid value: "..": must not be \'..\'',
    ],
  ],
  [
    'fields of no pod',
    container({
      env: [
        { name: 'e0', valueFrom: { fieldRef: { fieldPath: 'metadata.nope' } } },
        { name: 'e1', valueFrom: { fieldRef: { fieldPath: "spec.x['a']" } } },
      ],
    }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.nope": error converting fieldPath: field label not supported: metadata.nope',
      "spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x['a']\": error converting fieldPath: field label does not support subscript: spec.x['a']",
    ],
  ],
  [
    'fields that variables do not hold',
    container({
      env: [
        { name: 'e0', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } },
        { name: 'e1', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
      ],
    }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
      'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
    ],
  ],
  [
    'entries of labels and annotations',
    container({
      env: [
        { name: 'e0', valueFrom: { fieldRef: { fieldPath: "metadata.labels['A/b/c']" } } },
        { name: 'e1', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a_']" } } },
        { name: 'e2', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['A/b']" } } },
      ],
    }),
    [
      "spec.containers[0].env[0].valueFrom.fieldRef: Invalid value: \"A/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
      "spec.containers[0].env[1].valueFrom.fieldRef: Invalid value: \"a_\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ],
  [
    'fields of another version',
    container({
      env: [{ name: 'a', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } }],
    }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2',
    ],
  ],
  [
    'clients of old call it the host',
    container({ env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.host' } } }] }),
    [],
  ],
  [
    'resources that there are not',
    container({
      env: [
        { name: 'a', valueFrom: { resourceFieldRef: { resource: '' } } },
        { name: 'b', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } },
      ],
    }),
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Required value',
      'spec.containers[0].env[1].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
    ],
  ],
  [
    'divisors',
    container({
      env: [
        { name: 'e0', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } },
        { name: 'e1', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
        { name: 'e2', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '1m' } } },
        { name: 'e3', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '1Mi' } } },
        {
          name: 'e4',
          valueFrom: { resourceFieldRef: { resource: 'limits.ephemeral-storage', divisor: '3' } },
        },
        { name: 'e5', valueFrom: { resourceFieldRef: { resource: 'limits.hugepages-2Mi', divisor: '3' } } },
      ],
    }),
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
      'spec.containers[0].env[2].valueFrom.resourceFieldRef.divisor: Invalid value: "requests.memory": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource',
      'spec.containers[0].env[4].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.ephemeral-storage": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource',
      'spec.containers[0].env[5].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.hugepages-2Mi": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource',
    ],
  ],
  [
    'files that say too little',
    container({ env: [{ name: 'a', valueFrom: { fileKeyRef: { volumeName: '', path: '', key: '' } } }] }),
    [
      'spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value',
      'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Required value',
      'spec.containers[0].env[0].valueFrom.fileKeyRef.path: Required value',
      'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: ""',
    ],
  ],
  [
    'files lie in volumes that the pod fills',
    {
      containers: [
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'e', valueFrom: { fileKeyRef: { volumeName: 'e', path: 'a', key: 'b' } } },
            { name: 'h', valueFrom: { fileKeyRef: { volumeName: 'h', path: 'a', key: 'b' } } },
            { name: 'x', valueFrom: { fileKeyRef: { volumeName: 'x', path: 'a', key: 'b' } } },
          ],
        },
      ],
      volumes: [
        { name: 'e', emptyDir: {} },
        { name: 'h', hostPath: { path: '/a' } },
      ],
    },
    [
      'spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Invalid value: "h": referenced volume must be of type emptyDir',
      'spec.containers[0].env[2].valueFrom.fileKeyRef.volumeName: Not found: "x"',
    ],
  ],
  [
    'sources of many variables',
    container({
      envFrom: [
        {},
        { prefix: 'a=', configMapRef: { name: '' } },
        { configMapRef: { name: 'x' }, secretRef: { name: 'y-' } },
      ],
    }),
    [
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      'spec.containers[0].envFrom[1].prefix: Invalid value: "a=": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      'spec.containers[0].envFrom[1].configMapRef.name: Required value',
      'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  ],
])

test.run()
