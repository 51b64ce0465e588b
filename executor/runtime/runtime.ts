import type { Container } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/pod.ts'

/** How a container ended. */
export interface Exit {
  /** 128 + signal when a signal ended it. */
  readonly exitCode: number
  readonly signal?: number
  /** Only where the runtime knows more than the code tells, `StartError` for instance. */
  readonly reason?: string
  readonly message?: string
}

export interface RunningContainer {
  /** As in `containerID`: `<runtime>://<id>`. */
  readonly id: string
  /** Resolves when nothing of the container runs any more; never rejects. */
  readonly exited: Promise<Exit>
  /** Signals the whole container; nothing happens when it has ended. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** What runs the containers of pods. Nothing that it started may outlive this process, however that ends. */
export interface ContainerRuntime {
  /**
   * Makes the container's folder and volumes, and starts it; `restart` counts its earlier runs. Rejects when it did
   * not start this time, with CreateContainerConfigError when it asks for what this runtime does not have.
   */
  start(pod: Pod, container: Container, restart: number): Promise<RunningContainer>
  /** Gives back what the pod held, when all its containers have ended. Logs stay readable for a while. */
  release(pod: Pod): Promise<void>
}

/** The container asks for what there is none of here. The message tells what to do instead. */
export class CreateContainerConfigError extends Error {
  override readonly name = 'CreateContainerConfigError'
}
