import { test } from 'uvu'
import { container, testCases } from './wrong.ts'

testCases([
  [
    'credentials',
    { securityContext: { windowsOptions: { gmsaCredentialSpecName: 'A_', gmsaCredentialSpec: '' } } },
    [
      "spec.securityContext.windowsOptions.gmsaCredentialSpecName: Invalid value: \"A_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'spec.securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string',
    ],
  ],
  [
    'no user',
    container({ securityContext: { windowsOptions: { runAsUserName: '' } } }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "": runAsUserName cannot be an empty string',
    ],
  ],
  [
    'a user with a tab',
    container({ securityContext: { windowsOptions: { runAsUserName: 'a\tb' } } }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a\\tb": runAsUserName cannot contain control characters',
    ],
  ],
  [
    'a user with two domains',
    container({ securityContext: { windowsOptions: { runAsUserName: 'a\\b\\c' } } }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
    ],
  ],
  [
    'a domain with a dot in front',
    container({ securityContext: { windowsOptions: { runAsUserName: '.a\\b' } } }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: ".a\\\\b": runAsUserName\'s Domain doesn\'t match the NetBios nor the DNS format',
    ],
  ],
  [
    'a domain without a user',
    container({ securityContext: { windowsOptions: { runAsUserName: 'a\\' } } }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\": runAsUserName\'s User cannot be empty',
    ],
  ],
  [
    'a user of dots',
    container({ securityContext: { windowsOptions: { runAsUserName: '...' } } }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "...": runAsUserName\'s User cannot contain only periods or spaces',
    ],
  ],
  [
    'a user with brackets',
    container({ securityContext: { windowsOptions: { runAsUserName: 'a[b' } } }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a[b": runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
    ],
  ],
  [
    'a long user',
    container({
      securityContext: {
        windowsOptions: {
          runAsUserName:
            'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
        },
      },
    }),
    [
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": runAsUserName\'s User length must not be longer than 104 characters',
    ],
  ],
  [
    'another system',
    { os: { name: 'x' } },
    ['spec.os: Unsupported value: "x": supported values: "linux", "windows"'],
  ],
  ['no system', { os: { name: '' } }, ['spec.os.name: Required value']],
  [
    'on Linux',
    container(
      { securityContext: { windowsOptions: {} } },
      { os: { name: 'linux' }, securityContext: { windowsOptions: {} } },
    ),
    [
      'spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
      'spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    ],
  ],
  [
    'a pod on Windows',
    {
      os: { name: 'windows' },
      hostUsers: true,
      hostPID: true,
      hostIPC: true,
      shareProcessNamespace: false,
      securityContext: {
        appArmorProfile: { type: 'Unconfined' },
        seLinuxOptions: {},
        seccompProfile: { type: 'Unconfined' },
        fsGroup: 1,
        fsGroupChangePolicy: 'Always',
        sysctls: [{ name: 'a.b', value: '1' }],
        runAsUser: 1,
        runAsGroup: 1,
        supplementalGroups: [1],
        supplementalGroupsPolicy: 'Merge',
        seLinuxChangePolicy: 'Recursive',
      },
    },
    [
      'spec.securityContext.appArmorProfile: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.seLinuxOptions: Forbidden: cannot be set for a windows pod',
      'spec.hostUsers: Forbidden: cannot be set for a windows pod',
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
      'spec.hostIPC: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.seccompProfile: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.fsGroupChangePolicy: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.sysctls: Forbidden: cannot be set for a windows pod',
      'spec.shareProcessNamespace: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.runAsGroup: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.supplementalGroups: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.supplementalGroupsPolicy: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.seLinuxChangePolicy: Forbidden: cannot be set for a windows pod',
    ],
  ],
  [
    'containers on Windows',
    container(
      {
        securityContext: {
          capabilities: {},
          readOnlyRootFilesystem: false,
          privileged: false,
          allowPrivilegeEscalation: true,
          procMount: 'Default',
          runAsUser: 1,
        },
      },
      { os: { name: 'windows' } },
    ),
    [
      'spec.containers[0].securityContext.capabilities: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.readOnlyRootFilesystem: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.allowPrivilegeEscalation: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.procMount: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
    ],
  ],
])

test.run()
