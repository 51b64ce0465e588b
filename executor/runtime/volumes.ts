import { mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { Container, Volume } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/pod.ts'
import { CreateContainerConfigError } from './runtime.ts'

interface Link {
  readonly from: string
  readonly to: string
}

/** Makes those of the pod's volumes that are not there yet. emptyDirs are folders in `folder`; a hostPath needs none. */
export const makeVolumes = async (pod: Pod, folder: string): Promise<void> => {
  const own = (pod.spec.volumes ?? []).filter(volume => volume.emptyDir)
  await Promise.all(own.map(volume => mkdir(join(folder, volume.name), { recursive: true })))
}

/**
 * Where a container's volumes appear. Processes share the agent's file system, so that a volume can only be a
 * symbolic link inside the container's own folder. Throws CreateContainerConfigError for all others.
 */
export const volumeLinks = (pod: Pod, container: Container, folder: string, home: string): Link[] =>
  (container.volumeMounts ?? []).map(mount => {
    const from = resolve(home, mount.mountPath)
    const what = `container "${container.name}": volume "${mount.name}"`
    if (!from.startsWith(home + sep)) {
      throw new CreateContainerConfigError(
        `${what} at ${mount.mountPath} needs a container engine; without one give a mountPath relative to the container's working folder`,
      )
    }
    if (mount.subPath || mount.subPathExpr) {
      throw new CreateContainerConfigError(`${what}: subPath needs a container engine`)
    }
    const volume = pod.spec.volumes?.find(({ name }) => name === mount.name)
    return { from, to: sourceOf(volume, folder, what) }
  })

const sourceOf = (volume: Volume | undefined, folder: string, what: string): string => {
  if (volume?.emptyDir) return join(folder, volume.name)
  if (volume?.hostPath) return volume.hostPath.path
  const source = Object.keys(volume ?? {}).find(key => key !== 'name')
  throw new CreateContainerConfigError(
    `${what} ${source ? `is of type ${source}` : 'does not exist'}; emptyDir and hostPath are supported`,
  )
}

/** Replaces what an earlier run of the container left at the links' places. */
export const link = async (links: readonly Link[]): Promise<void> => {
  for (const { from, to } of links) {
    await rm(from, { recursive: true, force: true })
    await mkdir(dirname(from), { recursive: true })
    await symlink(to, from)
  }
}
