import { test } from 'uvu'
import { container, testCases } from './wrong.ts'

testCases([
  [
    'amounts',
    container({
      resources: { limits: { cpu: '-1', pods: '1.5', 'example.com/a': '0.5', 'A b': '1', gpu: '1' } },
    }),
    [
      'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.limits[pods]: Invalid value: "pods": must be a standard resource for containers',
      'spec.containers[0].resources.limits[pods]: Invalid value: "1500m": must be an integer',
      'spec.containers[0].resources.limits[example.com/a]: Invalid value: "500m": must be an integer',
      "spec.containers[0].resources.limits[A b]: Invalid value: \"A b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'spec.containers[0].resources.limits[A b]: Invalid value: "A b": must be a standard resource for containers',
      'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for containers',
      'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests[pods]: Invalid value: "pods": must be a standard resource for containers',
      'spec.containers[0].resources.requests[pods]: Invalid value: "1500m": must be an integer',
      'spec.containers[0].resources.requests[example.com/a]: Invalid value: "500m": must be an integer',
      "spec.containers[0].resources.requests[A b]: Invalid value: \"A b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'spec.containers[0].resources.requests[A b]: Invalid value: "A b": must be a standard resource for containers',
      'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers',
    ],
  ],
  [
    'more than the limit',
    container({ resources: { requests: { memory: '2048Mi' }, limits: { memory: '1Gi' } } }),
    [
      'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ],
  ],
  [
    'what cannot be shared is had as a whole',
    container({
      resources: {
        requests: { 'example.com/a': '1', 'example.com/b': '1' },
        limits: { 'example.com/a': '2' },
      },
    }),
    [
      'spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/a limit of 2',
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
  ],
  [
    'what quotas call it',
    container({ resources: { limits: { 'requests.example.com/a': '1', 'requests.cpu': '1' } } }),
    [
      'spec.containers[0].resources.limits[requests.example.com/a]: Invalid value: "requests.example.com/a": doesn\'t follow extended resource name standard',
      'spec.containers[0].resources.limits[requests.cpu]: Invalid value: "requests.cpu": must be a standard resource for containers',
      'spec.containers[0].resources.requests[requests.example.com/a]: Invalid value: "requests.example.com/a": doesn\'t follow extended resource name standard',
      'spec.containers[0].resources.requests[requests.cpu]: Invalid value: "requests.cpu": must be a standard resource for containers',
    ],
  ],
  [
    'huge pages alone',
    container({ resources: { limits: { 'hugepages-2Mi': '2Mi' } } }),
    ['spec.containers[0].resources: Forbidden: HugePages require cpu or memory'],
  ],
  [
    'huge pages are whole',
    container({ resources: { limits: { cpu: '1', 'hugepages-2Mi': '3Mi', 'hugepages-x': '1' } } }),
    [
      'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources.limits[hugepages-x]: Invalid value: "1": 1 is not positive integer multiple of hugepages-x',
      'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources.requests[hugepages-x]: Invalid value: "1": 1 is not positive integer multiple of hugepages-x',
    ],
  ],
  [
    'huge pages are had as they are requested',
    container({
      resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' }, requests: { 'hugepages-2Mi': '2Mi' } },
    }),
    [
      'spec.containers[0].resources.requests: Invalid value: "2Mi": must be equal to hugepages-2Mi limit of 4Mi',
    ],
  ],
  [
    'claims of the pod',
    {
      resourceClaims: [
        { name: '' },
        { name: 'A', resourceClaimName: 'x', resourceClaimTemplateName: 'y' },
        { name: 'b', resourceClaimName: 'X' },
        { name: 'b', resourceClaimTemplateName: 'y' },
      ],
    },
    [
      'spec.resourceClaims[0].name: Required value',
      'spec.resourceClaims[0]: Invalid value: {"Name":"","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      "spec.resourceClaims[1].name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'spec.resourceClaims[1]: Invalid value: {"Name":"A","ResourceClaimName":"x","ResourceClaimTemplateName":"y"}: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
      "spec.resourceClaims[2].resourceClaimName: Invalid value: \"X\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'spec.resourceClaims[3].name: Duplicate value: "b"',
    ],
  ],
  [
    'claims of a container',
    container(
      {
        resources: {
          claims: [
            { name: '' },
            { name: 'a' },
            { name: 'a' },
            { name: 'x' },
            { name: 'b', request: 'R' },
            { name: 'b', request: 'R' },
            { name: 'b' },
          ],
        },
      },
      {
        resourceClaims: [
          { name: 'a', resourceClaimName: 'x' },
          { name: 'b', resourceClaimName: 'y' },
        ],
      },
    ),
    [
      'spec.containers[0].resources.claims[0]: Required value',
      'spec.containers[0].resources.claims[2]: Duplicate value: "a"',
      'spec.containers[0].resources.claims[3]: Not found: "x": must be one of the names in pod.spec.resourceClaims: a, b',
      "spec.containers[0].resources.claims[4].request: Invalid value: \"R\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      "spec.containers[0].resources.claims[5].request: Invalid value: \"R\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'spec.containers[0].resources.claims[5]: Duplicate value: "b/R"',
      'spec.containers[0].resources.claims[6]: Duplicate value: "b"',
    ],
  ],
  [
    'a claim where there is none',
    container({ resources: { claims: [{ name: 'a' }] } }),
    [
      'spec.containers[0].resources.claims[0]: Not found: "a": must be one of the names in pod.spec.resourceClaims which is empty',
    ],
  ],
  [
    'what pods do not have together',
    { resources: { limits: { 'ephemeral-storage': '1' }, claims: [{ name: 'a' }] } },
    [
      'spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level',
      'spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"',
      'spec.resources.claims[0]: Not found: "a": must be one of the names in pod.spec.resourceClaims which is empty',
    ],
  ],
  [
    'less than the containers have',
    container(
      { resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } },
      { resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } },
    ),
    [
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
      'spec.resources.containers[0][cpu].limits: Invalid value: "3": must be less than or equal to pod limits of 2',
    ],
  ],
  [
    'fewer pages than the containers have',
    container(
      { resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } } },
      { resources: { limits: { cpu: '2', 'hugepages-2Mi': '2Mi' } } },
    ),
    [
      'spec.resources.requests[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container requests of 4Mi',
      'spec.resources.limits[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container limits of 4Mi',
      'spec.resources.containers[0][hugepages-2Mi].limits: Invalid value: "4Mi": must be less than or equal to pod limits of 2Mi',
    ],
  ],
  [
    'on Windows',
    { os: { name: 'windows' }, resources: { limits: { cpu: '1' } } },
    ['spec.resources: Forbidden: may not be set for a windows pod'],
  ],
  [
    'overhead',
    { overhead: { cpu: '-1' } },
    ['spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
])

test.run()
