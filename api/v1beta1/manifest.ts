import type { PodSpec, Volume } from 'kubernetes-types/core/v1'
import { fromContainer, toContainer } from './container.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { type Remarks, recall, remark } from './remarks.ts'
import type { LegacyManifest, LegacyVolume } from './shapes.ts'

type LegacySource = LegacyVolume['source']

/** A volume without a source was an empty directory. */
const fromVolume = ({ name = '', source }: LegacyVolume, remarks: Remarks): Volume => {
  const volume = ((): Volume => {
    if (source?.hostDir) return { name, hostPath: { path: source.hostDir.path ?? '' } }
    if (source?.persistentDisk) {
      const { pdName = '', ...rest } = source.persistentDisk
      return { name, gcePersistentDisk: { pdName, ...rest } }
    }
    if (source?.gitRepo) return { name, gitRepo: { repository: '', ...source.gitRepo } }
    return { name, emptyDir: {} }
  })()
  remark(remarks, `${name}/source`, toSource(volume), source && { ...noSource, ...source })
  return volume
}

/** Each was shown, though at most one could be set. */
const noSource = { hostDir: null, emptyDir: null, persistentDisk: null, gitRepo: null }

const toSource = ({ hostPath, emptyDir, gcePersistentDisk: disk, gitRepo }: Volume) => ({
  hostDir: hostPath ? { path: hostPath.path } : null,
  emptyDir: emptyDir ? {} : null,
  persistentDisk: disk
    ? {
        pdName: disk.pdName,
        ...omitEmpty({ fsType: disk.fsType, partition: disk.partition, readOnly: disk.readOnly }),
      }
    : null,
  gitRepo: gitRepo ? { repository: gitRepo.repository, revision: gitRepo.revision ?? '' } : null,
})

const toVolume = (volume: Volume, remarks: Remarks) => ({
  name: volume.name,
  source: (recall<unknown>(remarks, `${volume.name}/source`, toSource(volume)) ??
    null) as LegacySource | null,
})

const fromRestartPolicy = (policy: LegacyManifest['restartPolicy']): string | undefined => {
  if (policy?.always) return 'Always'
  if (policy?.onFailure) return 'OnFailure'
  return policy?.never ? 'Never' : undefined
}

const toRestartPolicy = (policy: string | undefined) => {
  if (policy === 'Always') return { always: {} }
  if (policy === 'OnFailure') return { onFailure: {} }
  return policy === 'Never' ? { never: {} } : {}
}

/** A manifest as the server of 2014 showed it where it knew none. */
export const noManifest = { version: '', id: '', volumes: null, containers: null, restartPolicy: {} }

export const fromManifest = (
  manifest: LegacyManifest | undefined,
  nodeSelector: PodSpec['nodeSelector'],
  remarks: Remarks,
): PodSpec =>
  omitUndefined({
    volumes: manifest?.volumes?.map(volume => fromVolume(volume, remarks)),
    containers: (manifest?.containers ?? []).map(container => fromContainer(container, remarks)),
    restartPolicy: fromRestartPolicy(manifest?.restartPolicy),
    nodeSelector,
  })

export const toManifest = ({ volumes, containers, restartPolicy }: PodSpec, remarks: Remarks) => ({
  // Whatever version the manifest came in, this one was shown.
  version: 'v1beta2',
  id: '',
  volumes: volumes?.length ? volumes.map(volume => toVolume(volume, remarks)) : null,
  containers: containers.length ? containers.map(container => toContainer(container, remarks)) : null,
  restartPolicy: toRestartPolicy(restartPolicy),
})
