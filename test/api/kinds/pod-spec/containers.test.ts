import { test } from 'uvu'
import { container, init, testCases } from './wrong.ts'

testCases([
  [
    'containers without names or images',
    {
      containers: [
        { name: '', image: 'i' },
        { name: 'A', image: '' },
      ],
    },
    [
      'spec.containers[0].name: Required value',
      "spec.containers[1].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'spec.containers[1].image: Required value',
    ],
  ],
  [
    'a label has no dots',
    container({ name: 'a.b' }),
    ['spec.containers[0].name: Invalid value: "a.b": must not contain dots'],
  ],
  [
    'two containers of one name',
    {
      containers: [
        { name: 'c', image: 'i' },
        { name: 'c', image: 'i' },
      ],
      initContainers: [{ name: 'c', image: 'i' }],
    },
    ['spec.containers[1].name: Duplicate value: "c"', 'spec.initContainers[0].name: Duplicate value: "c"'],
  ],
  ['no containers', { containers: [] }, ['spec.containers: Required value']],
  [
    'policies that there are not',
    container({ terminationMessagePolicy: 'X', imagePullPolicy: 'X' }),
    [
      'spec.containers[0].terminationMessagePolicy: Unsupported value: "X": supported values: "File", "FallbackToLogsOnError"',
      'spec.containers[0].imagePullPolicy: Unsupported value: "X": supported values: "Always", "IfNotPresent", "Never"',
    ],
  ],
  [
    'ports of the host that two have',
    {
      containers: [
        { name: 'a', image: 'i', ports: [{ containerPort: 1, hostPort: 5 }] },
        {
          name: 'b',
          image: 'i',
          ports: [
            { containerPort: 2, hostPort: 5 },
            { containerPort: 2, hostPort: 5, protocol: 'UDP' },
          ],
        },
      ],
    },
    ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//5"'],
  ],
  [
    'init containers run one by one',
    {
      initContainers: [
        { name: 'a', image: 'i', ports: [{ containerPort: 1, hostPort: 5 }] },
        { name: 'b', image: 'i', ports: [{ containerPort: 1, hostPort: 5 }] },
      ],
    },
    [],
  ],
  [
    'names of ports that are wrong, or not the first',
    container({
      ports: [
        { containerPort: 1, name: 'A' },
        { containerPort: 1, name: 'A' },
        { containerPort: 1, name: 'a' },
        { containerPort: 1, name: 'a' },
      ],
    }),
    [
      'spec.containers[0].ports[0].name: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].ports[0].name: Invalid value: "A": must contain at least one letter (a-z)',
      'spec.containers[0].ports[1].name: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].ports[1].name: Invalid value: "A": must contain at least one letter (a-z)',
      'spec.containers[0].ports[3].name: Duplicate value: "a"',
    ],
  ],
  [
    "in the host's network, ports are those of the host",
    container({ ports: [{ containerPort: 1, hostPort: 5 }, { containerPort: 2 }] }, { hostNetwork: true }),
    [
      'spec.containers[0].ports[0].hostPort: Invalid value: 5: must match `containerPort` when `hostNetwork` is true',
    ],
  ],
  [
    'what init containers do not have',
    init({ livenessProbe: {}, readinessProbe: {}, startupProbe: {}, lifecycle: {} }),
    [
      'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
      'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      'spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
  ],
  [
    'what runs along is checked as containers are',
    init({
      restartPolicy: 'Always',
      livenessProbe: { exec: { command: [] }, successThreshold: 2 },
      lifecycle: { preStop: {} },
    }),
    [
      'spec.initContainers[0].lifecycle.preStop: Required value: must specify a handler type',
      'spec.initContainers[0].livenessProbe.exec.command: Required value',
      'spec.initContainers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
  ],
  [
    'a restart policy of a container',
    container({ restartPolicy: 'X' }),
    [
      'spec.containers[0].restartPolicy: Unsupported value: "X": supported values: "Always", "Never", "OnFailure"',
    ],
  ],
  [
    'rules without a policy',
    init({ restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }] }),
    [
      'spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
    ],
  ],
  [
    'rules that say too little',
    container({
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'X' }, { action: 'Restart', exitCodes: { operator: 'X' } }],
    }),
    [
      'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "X": supported values: "Restart", "RestartAllContainers"',
      'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
      'spec.containers[0].restartPolicyRules[1].exitCodes.operator: Unsupported value: "X": supported values: "In", "NotIn"',
    ],
  ],
  [
    'how a container is resized',
    container({
      resizePolicy: [
        { resourceName: 'cpu', restartPolicy: 'X' },
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
        { resourceName: 'x', restartPolicy: '' },
      ],
    }),
    [
      'spec.containers[0].resizePolicy: Unsupported value: "X": supported values: "NotRequired", "RestartContainer"',
      'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
      'spec.containers[0].resizePolicy: Unsupported value: "x": supported values: "cpu", "memory"',
      'spec.containers[0].resizePolicy: Required value',
    ],
  ],
  [
    'a container that is not started again',
    container(
      { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
      { restartPolicy: 'Never' },
    ),
    [
      "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'",
    ],
  ],
  [
    'an init container is not started again to be resized',
    init({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }),
    [
      'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
    ],
  ],
])

test.run()
