import { test } from 'uvu'
import { testCases } from './wrong.ts'

testCases([
  [
    'a repository',
    { volumes: [{ name: 'v', gitRepo: { repository: '', directory: '/a' } }] },
    [
      'spec.volumes[0].gitRepo.repository: Required value',
      'spec.volumes[0].gitRepo.directory: Invalid value: "/a": must be a relative path',
    ],
  ],
  [
    'NFS',
    { volumes: [{ name: 'v', nfs: { server: '', path: 'x' } }] },
    [
      'spec.volumes[0].nfs.server: Required value',
      'spec.volumes[0].nfs.path: Invalid value: "x": must be an absolute path',
    ],
  ],
  [
    'iSCSI',
    {
      volumes: [
        { name: 'a', iscsi: { targetPortal: '', iqn: '', lun: 256, chapAuthSession: true } },
        {
          name: 'b',
          iscsi: {
            targetPortal: 'ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp',
            iqn: 'x',
            lun: 0,
            initiatorName: 'iqn.x',
          },
        },
      ],
    },
    [
      'spec.volumes[0].iscsi.targetPortal: Required value',
      'spec.volumes[0].iscsi.iqn: Required value',
      'spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      'spec.volumes[0].iscsi.secretRef: Required value',
      'spec.volumes[1].iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
      'spec.volumes[1].iscsi.initiatorname: Invalid value: "iqn.x": must be valid format',
      'spec.volumes[1].name: Invalid value: "b": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
    ],
  ],
  [
    'Fibre Channel',
    {
      volumes: [
        { name: 'a', fc: {} },
        { name: 'b', fc: { targetWWNs: ['x'], wwids: ['y'] } },
      ],
    },
    [
      'spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both',
      'spec.volumes[1].fc.targetWWNs: Invalid value: []string{"x"}: targetWWNs and wwids can not be specified simultaneously',
      'spec.volumes[1].fc.lun: Required value: lun is required if targetWWNs is specified',
    ],
  ],
  [
    'disks of clouds',
    {
      volumes: [
        { name: 'a', gcePersistentDisk: { pdName: '', partition: 256 } },
        { name: 'b', awsElasticBlockStore: { volumeID: '' } },
        { name: 'c', azureDisk: { diskName: '', diskURI: 'x', kind: 'Managed', cachingMode: 'X' } },
        { name: 'd', azureFile: { secretName: '', shareName: '' } },
        { name: 'e', vsphereVolume: { volumePath: '' } },
      ],
    },
    [
      'spec.volumes[0].persistentDisk.pdName: Required value',
      'spec.volumes[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
      'spec.volumes[1].awsElasticBlockStore.volumeID: Required value',
      'spec.volumes[2].azureDisk.diskName: Required value',
      'spec.volumes[2].azureDisk.cachingMode: Unsupported value: "X": supported values: "None", "ReadOnly", "ReadWrite"',
      'spec.volumes[2].azureDisk.diskURI: Unsupported value: "x": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
      'spec.volumes[3].azureFile.secretName: Required value',
      'spec.volumes[3].azureFile.shareName: Required value',
      'spec.volumes[4].vsphereVolume.volumePath: Required value',
    ],
  ],
  [
    'other storage',
    {
      volumes: [
        { name: 'a', glusterfs: { endpoints: '', path: '' } },
        { name: 'b', flocker: {} },
        { name: 'c', rbd: { monitors: [], image: '' } },
        { name: 'd', cinder: { volumeID: 'x', secretRef: {} } },
        { name: 'e', quobyte: { registry: 'a:1,b', volume: '' } },
        { name: 'f', flexVolume: { driver: '', options: { 'x.k8s.io/a': 'b' } } },
        { name: 'g', scaleIO: { gateway: '', system: '', secretRef: { name: 'x' } } },
        { name: 'h', storageos: { volumeName: 'A' } },
        { name: 'i', csi: { driver: '', nodePublishSecretRef: {} } },
      ],
    },
    [
      'spec.volumes[0].glusterfs.endpoints: Required value',
      'spec.volumes[0].glusterfs.path: Required value',
      'spec.volumes[1].flocker: Required value: one of datasetName and datasetUUID is required',
      'spec.volumes[2].rbd.monitors: Required value',
      'spec.volumes[2].rbd.image: Required value',
      'spec.volumes[3].cinder.secretRef.name: Required value',
      'spec.volumes[4].quobyte.registry: Invalid value: "a:1,b": must be a host:port pair or multiple pairs separated by commas',
      'spec.volumes[4].quobyte.volume: Required value',
      'spec.volumes[5].flexVolume.driver: Required value',
      'spec.volumes[5].flexVolume.options[x.k8s.io/a]: Invalid value: "x.k8s.io/a": kubernetes.io and k8s.io namespaces are reserved',
      'spec.volumes[6].scaleIO.gateway: Required value',
      'spec.volumes[6].scaleIO.system: Required value',
      'spec.volumes[6].scaleIO.volumeName: Required value',
      "spec.volumes[7].storageos.volumeName: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'spec.volumes[8].csi.driver: Required value',
      'spec.volumes[8].csi.nodePublishSecretRef.name: Required value',
    ],
  ],
])

test.run()
