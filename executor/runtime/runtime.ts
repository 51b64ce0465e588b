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
  /** Makes folders and volumes. Rejects with PodCannotRun when the pod asks for what this runtime does not have. */
  prepare(pod: Pod): Promise<void>
  /**
   * Starts a container of a prepared pod; `restart` counts its earlier runs. Rejects when it did not start this time;
   * another try may go better.
   */
  start(pod: Pod, container: Container, restart: number): Promise<RunningContainer>
  /** Gives back what the pod held, when all its containers have ended. Logs stay readable for a while. */
  release(pod: Pod): Promise<void>
}

/** The pod can never run here, whatever is tried. The message tells what to do instead. */
export class PodCannotRun extends Error {
  override readonly name = 'PodCannotRun'
  /** In CamelCase, for `status.reason`. */
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}
