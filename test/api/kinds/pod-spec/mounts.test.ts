import { test } from 'uvu'
import { container, testCases } from './wrong.ts'

testCases([
  [
    'what is mounted where',
    container(
      {
        volumeMounts: [
          { name: '', mountPath: '' },
          { name: 'v', mountPath: '/a' },
          { name: 'v', mountPath: '/a' },
        ],
      },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    ),
    [
      'spec.containers[0].volumeMounts[0].name: Required value',
      'spec.containers[0].volumeMounts[0].name: Not found: ""',
      'spec.containers[0].volumeMounts[0].mountPath: Required value',
      'spec.containers[0].volumeMounts[2].mountPath: Invalid value: "/a": must be unique',
    ],
  ],
  [
    'a volume that is wrong is none',
    container(
      { volumeMounts: [{ name: 'v', mountPath: '/a' }] },
      { volumes: [{ name: 'v', hostPath: { path: '' } }] },
    ),
    [
      'spec.volumes[0].hostPath.path: Required value',
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
  ],
  [
    'paths in a volume',
    container(
      {
        volumeMounts: [
          { name: 'v', mountPath: '/a', subPath: '/x' },
          { name: 'v', mountPath: '/b', subPath: 'x', subPathExpr: '$(Y)/..' },
        ],
      },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    ),
    [
      'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path',
      'spec.containers[0].volumeMounts[1].subPathExpr: Invalid value: "$(Y)/..": subPathExpr and subPath are mutually exclusive',
      'spec.containers[0].volumeMounts.subPathExpr: Invalid value: "$(Y)/..": must not contain \'..\'',
    ],
  ],
  [
    'mounts that others see',
    container(
      {
        volumeMounts: [
          { name: 'v', mountPath: '/a', mountPropagation: 'X' },
          { name: 'v', mountPath: '/b', mountPropagation: 'Bidirectional' },
        ],
      },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    ),
    [
      'spec.containers[0].volumeMounts.mountPropagation: Unsupported value: "X": supported values: "Bidirectional", "HostToContainer", "None"',
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
    ],
  ],
  [
    'mounts that nobody writes to, whatever is mounted in them',
    container(
      {
        volumeMounts: [
          { name: 'v', mountPath: '/a', recursiveReadOnly: 'X' },
          { name: 'v', mountPath: '/b', recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' },
          { name: 'v', mountPath: '/c', recursiveReadOnly: 'Disabled' },
        ],
      },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    ),
    [
      'spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: "X": supported values: "Disabled", "Enabled", "IfPossible"',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
    ],
  ],
  [
    'devices',
    container(
      {
        volumeDevices: [
          { name: '', devicePath: '' },
          { name: 'v', devicePath: '/../x' },
          { name: 'p', devicePath: '/y' },
          { name: 'p', devicePath: '/y' },
        ],
      },
      {
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'p', persistentVolumeClaim: { claimName: 'x' } },
        ],
      },
    ),
    [
      'spec.containers[0].volumeDevices[0].name: Required value',
      'spec.containers[0].volumeDevices[0].name: Not found: ""',
      'spec.containers[0].volumeDevices[0].devicePath: Required value',
      'spec.containers[0].volumeDevices[1].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      'spec.containers[0].volumeDevices[1].devicePath: Invalid value: "/../x": can not contain backsteps (\'..\')',
      'spec.containers[0].volumeDevices[3].name: Invalid value: "p": must be unique',
      'spec.containers[0].volumeDevices[3].devicePath: Invalid value: "/y": must be unique',
    ],
  ],
  [
    'a device is not mounted as well',
    container(
      { volumeMounts: [{ name: 'p', mountPath: '/y' }], volumeDevices: [{ name: 'p', devicePath: '/y' }] },
      { volumes: [{ name: 'p', persistentVolumeClaim: { claimName: 'x' } }] },
    ),
    [
      'spec.containers[0].volumeMounts[0].name: Invalid value: "p": must not already exist in volumeDevices',
      'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/y": must not already exist as a path in volumeDevices',
      'spec.containers[0].volumeDevices[0].name: Invalid value: "p": must not already exist in volumeMounts',
      'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/y": must not already exist as a path in volumeMounts',
    ],
  ],
])

test.run()
