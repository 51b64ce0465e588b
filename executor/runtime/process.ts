import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Container } from 'kubernetes-types/core/v1'
import { annotation } from '../../api/annotations.ts'
import type { Pod } from '../../api/kinds/pod.ts'
import type { Logger } from '../../util/logger.ts'
import { containerEnvironment, type Host } from './environment.ts'
import { expand } from './expand.ts'
import { startGated } from './gated.ts'
import { type ContainerRuntime, CreateContainerConfigError } from './runtime.ts'
import { markVariable } from './stragglers.ts'
import { link, makeVolumes, volumeLinks } from './volumes.ts'
import type { Watchdog } from './watchdog.ts'

interface ProcessRuntimeOptions {
  /** Folder for `pods/<uid>/<container>/`, where the containers work and their output is kept. */
  readonly sandbox: string
  readonly host: Host
  readonly watchdog: Watchdog
  readonly log: Logger
  /** How many ended pods keep their folders. */
  readonly keep?: number
}

/** Containers as process groups of the agent's host. An image is only a name here. */
export const processRuntime = ({
  sandbox,
  host,
  watchdog,
  log,
  keep = 50,
}: ProcessRuntimeOptions): ContainerRuntime => {
  const ended: string[] = []
  // By task: a pod that was thought lost and is launched anew may meet its old containers here.
  const idOf = ({ metadata }: Pod) => metadata.annotations?.[annotation.taskId] ?? metadata.uid
  const folderOf = (pod: Pod) => join(sandbox, 'pods', idOf(pod))
  // A container's name is a DNS label: the dot keeps the volumes' folder apart.
  const volumesOf = (pod: Pod) => join(folderOf(pod), '.volumes')

  const plan = (pod: Pod, container: Container) => {
    const home = join(folderOf(pod), container.name)
    const mark = `${watchdog.mark}/${idOf(pod)}/${container.name}`
    const variables = containerEnvironment(pod, container, host, home)
    const environment = new Map([...variables, [markVariable, mark]])
    checkUser(pod, container)
    return {
      home,
      mark,
      cwd: container.workingDir ? expand(container.workingDir, environment) : home,
      environment,
      command: commandOf(container, environment),
      links: volumeLinks(pod, container, volumesOf(pod), home),
    }
  }

  return {
    async start(pod, container, restart) {
      const { home, mark, cwd, environment, command, links } = plan(pod, container)
      await mkdir(home, { recursive: true })
      await makeVolumes(pod, volumesOf(pod))
      await link(links)
      const output = { stdout: join(home, 'stdout'), stderr: join(home, 'stderr') }
      if (restart > 0) await Promise.all(Object.values(output).map(rotate))
      return await startGated({ command, cwd, environment, mark, ...output }, watchdog)
    },

    async release(pod) {
      await rm(volumesOf(pod), { recursive: true, force: true })
      ended.push(folderOf(pod))
      if (ended.length <= keep) return
      const oldest = ended.shift()
      if (!oldest) return
      log.verbose(2, 'deleting the folder of a pod that ended long ago', { folder: oldest })
      await rm(oldest, { recursive: true, force: true })
    },
  }
}

const commandOf = (container: Container, environment: ReadonlyMap<string, string>): string[] => {
  if (!container.command?.length) {
    throw new CreateContainerConfigError(
      `container "${container.name}" has no command: running what image "${container.image}" holds needs a container engine; without one give the pod a command`,
    )
  }
  return [...container.command, ...(container.args ?? [])].map(part => expand(part, environment))
}

/** Never run something with more rights than it asked for. */
const checkUser = (pod: Pod, container: Container): void => {
  const own = process.getuid?.()
  const wanted = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser
  const noRoot = container.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot
  if ((wanted === undefined || wanted === own) && !(noRoot && own === 0)) return
  const asks = wanted === undefined ? 'runAsNonRoot' : `runAsUser ${wanted}`
  throw new CreateContainerConfigError(
    `container "${container.name}" asks for ${asks}, but without a container engine it runs as the executor's user ${own}`,
  )
}

/** Keeps the output of the run before this one; a run may have left none. */
const rotate = async (path: string): Promise<void> => {
  try {
    await rename(path, `${path}.1`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
