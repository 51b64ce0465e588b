import { randomUUID } from 'node:crypto'
import { BehaviorSubject, Subject } from 'rxjs'
import type {
  MasterResponseGetAgents,
  Offer,
  SchedulerEventFailure,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../../mesos/protocol/messages.gen.ts'

type Session =
  | { readonly state: 'subscribed'; readonly session: number; readonly frameworkId: string }
  | { readonly state: 'disconnected' | 'removed' | 'superseded'; readonly reason: string }

export type Call =
  | { readonly type: 'accept'; readonly offers: readonly string[]; readonly tasks: readonly TaskInfo[] }
  | { readonly type: 'decline'; readonly offers: readonly string[]; readonly refuseSeconds: number }
  | { readonly type: 'kill'; readonly taskId: string; readonly grace: number | undefined }
  | { readonly type: 'acknowledge'; readonly taskId: string; readonly state: TaskState }
  | { readonly type: 'reconcile'; readonly tasks: readonly string[] }
  | { readonly type: 'shutdown'; readonly executorId: string; readonly agentId: string }
  | { readonly type: 'suppress' | 'revive' }

export const disconnected = { state: 'disconnected', reason: 'not started' } as const

/** Mesos as the reconcilers see it, played by the test: it says what it is told to say, and writes down all calls. */
export class FakeMesos {
  readonly session$ = new BehaviorSubject<Session>(disconnected)
  readonly updates$ = new Subject<{ status: TaskStatus; session: number }>()
  readonly offerEvents$ = new Subject<{ type: 'ADDED' | 'DELETED'; offer: Offer }>()
  readonly failures$ = new Subject<SchedulerEventFailure>()
  /** What the master answers who asks for its agents, or why not. */
  agents: MasterResponseGetAgents | Error = {}
  /** How often it was asked. */
  asked = 0
  readonly offers = new Map<string, Offer>()
  readonly calls: Call[] = []
  /** What the agents answer of their sandboxes; by default nothing, for ever. */
  sandbox: (executor: { agentId: string; executorId: string }) => Promise<string> = () =>
    new Promise(() => {})
  /** What the next calls fail with. */
  failure: Error | undefined
  #session = 0

  subscribe(): void {
    this.failure = undefined
    this.session$.next({ state: 'subscribed', session: ++this.#session, frameworkId: 'F1' })
  }

  disconnect(): void {
    this.offers.clear()
    this.session$.next({ state: 'disconnected', reason: 'connection lost' })
  }

  offer(offer: Offer): void {
    this.offers.set(offer.id.value, offer)
    this.offerEvents$.next({ type: 'ADDED', offer })
  }

  update(taskId: string, state: TaskState, more: Partial<TaskStatus> = {}): void {
    const fromMaster = more.source === 'SOURCE_MASTER'
    const uuid = fromMaster
      ? undefined
      : Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64')
    const status: TaskStatus = {
      task_id: { value: taskId },
      agent_id: { value: 'S1' },
      state,
      source: 'SOURCE_EXECUTOR',
      timestamp: 0,
      uuid,
      ...more,
    }
    this.updates$.next({ status, session: this.#session })
  }

  of<T extends Call['type']>(type: T): Extract<Call, { type: T }>[] {
    return this.calls.filter((call): call is Extract<Call, { type: T }> => call.type === type)
  }

  async accept(offers: readonly string[], tasks: readonly TaskInfo[]): Promise<void> {
    this.#take(offers)
    this.#record({ type: 'accept', offers, tasks })
  }

  async decline(offers: readonly string[], refuseSeconds: number): Promise<void> {
    this.#take(offers)
    this.#record({ type: 'decline', offers, refuseSeconds })
  }

  async kill(taskId: string, _agentId: string | undefined, grace: number | undefined): Promise<void> {
    this.#record({ type: 'kill', taskId, grace })
  }

  async shutdown(executorId: string, agentId: string): Promise<void> {
    this.#record({ type: 'shutdown', executorId, agentId })
  }

  async acknowledge({ status }: { status: TaskStatus }): Promise<void> {
    this.#record({ type: 'acknowledge', taskId: status.task_id.value, state: status.state })
  }

  async reconcile(tasks: readonly { taskId: string }[]): Promise<void> {
    this.#record({ type: 'reconcile', tasks: tasks.map(({ taskId }) => taskId) })
  }

  async getAgents(): Promise<MasterResponseGetAgents> {
    this.asked++
    if (this.agents instanceof Error) throw this.agents
    return this.agents
  }

  sandboxTail(executor: { agentId: string; executorId: string }): Promise<string> {
    return this.sandbox(executor)
  }

  async suppress(): Promise<void> {
    this.#record({ type: 'suppress' })
  }

  async revive(): Promise<void> {
    this.#record({ type: 'revive' })
  }

  #record(call: Call): void {
    if (this.failure) throw this.failure
    this.calls.push(call)
  }

  #take(offers: readonly string[]): void {
    for (const id of offers) {
      const offer = this.offers.get(id)
      this.offers.delete(id)
      if (offer) this.offerEvents$.next({ type: 'DELETED', offer })
    }
  }
}
