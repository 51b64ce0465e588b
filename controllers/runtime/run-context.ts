import type { Client, DeleteOptions } from '../../api/client.ts'
import { type Kind, resourceOf } from '../../api/kind.ts'
import { type Draft, type Ref, type Resource, refOf } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Logger } from '../../util/logger.ts'
import { apply } from './apply.ts'
import type { Context, Target } from './context.ts'
import { owned } from './owner.ts'
import type { Query } from './query.ts'
import type { createReader } from './reader.ts'
import type { Occurrence, Recorder } from './recorder.ts'
import { settleAll } from './settle-all.ts'
import { createWriter, type Writer } from './writer.ts'

/** What all runs of a controller share. */
export interface Surroundings {
  readonly controller: string
  /** Kinds, by `resourceOf`, that come under the control of the reconciled object. */
  readonly owns: ReadonlySet<string>
  readonly reader: ReturnType<typeof createReader>
  readonly client: Client
  readonly recorder: Recorder
  readonly log: Logger
  readonly clock: Clock
}

/** What is a run's own. */
export interface Run {
  readonly key: string
  /** Asked for when it is needed: to make one costs as much as a short run. */
  signal(): AbortSignal
}

/** The context of one run. Most runs find nothing to do: what they do not need is not made for them. */
export class RunContext implements Context {
  readonly #surroundings: Surroundings
  readonly #run: Run
  readonly #owner: Resource | undefined
  #log: Logger | undefined
  #writer: Writer | undefined

  /** `owner` is the object that is reconciled, if it is there. */
  constructor(surroundings: Surroundings, run: Run, owner?: Resource) {
    this.#surroundings = surroundings
    this.#run = run
    this.#owner = owner
  }

  get client(): Client {
    return this.#surroundings.client
  }

  get clock(): Clock {
    return this.#surroundings.clock
  }

  get signal(): AbortSignal {
    return this.#run.signal()
  }

  get log(): Logger {
    this.#log ??= this.#surroundings.log.child({ key: this.#run.key })
    return this.#log
  }

  get<T extends Resource>(
    kind: Kind<T>,
    ref: { readonly namespace?: string; readonly name: string },
  ): T | undefined {
    return this.#surroundings.reader.get(kind, ref)
  }

  list<T extends Resource>(kind: Kind<T>, query?: Query): T[] {
    return this.#surroundings.reader.list(kind, query)
  }

  create<T extends Resource>(kind: Kind<T>, draft: Draft<T>): Promise<T> {
    return this.#writes.create(kind, this.#own(kind, draft))
  }

  update<T extends Resource>(kind: Kind<T>, object: T): Promise<T> {
    return this.#writes.update(kind, object)
  }

  updateStatus<T extends Resource>(kind: Kind<T>, object: T): Promise<T> {
    return this.#writes.updateStatus(kind, object)
  }

  apply<T extends Resource>(kind: Kind<T>, ...drafts: readonly Draft<T>[]): Promise<T[]> {
    return settleAll(drafts.map(draft => this.#applyOne(kind, draft)))
  }

  async delete<T extends Resource>(kind: Kind<T>, target: Target, options?: DeleteOptions): Promise<void> {
    if (!isQuery(target)) return this.#writes.remove(kind, ...aim(target, options))
    if (Object.values(target).every(part => part === undefined)) {
      const { controller } = this.#surroundings
      throw new TypeError(`${controller} would delete all ${resourceOf(kind)}: the query is empty`)
    }
    const there = this.list(kind, target).filter(({ metadata }) => !metadata.deletionTimestamp)
    await settleAll(there.map(object => this.#writes.remove(kind, ...aim(object, options))))
  }

  event(about: Resource, type: Occurrence['type'], reason: string, message: string): void {
    const { controller, recorder } = this.#surroundings
    recorder.record(controller, { about, type, reason, message })
  }

  see<T extends Resource>(kind: Kind<T>, object: T): void {
    this.#surroundings.reader.informerOf(kind)?.assume(object)
  }

  /** Is told what became of an object that was replaced. */
  protected replaced(_sent: Resource, _answer: Resource): void {}

  get #writes(): Writer {
    const { client, reader } = this.#surroundings
    this.#writer ??= createWriter({
      client,
      signal: () => this.signal,
      informerOf: reader.informerOf,
      replaced: (sent, answer) => this.replaced(sent, answer),
    })
    return this.#writer
  }

  #own<T extends Resource>(kind: Kind<T>, draft: Draft<T>): Draft<T> {
    const owns = this.#surroundings.owns.has(resourceOf(kind))
    return this.#owner && owns ? owned(kind, draft, this.#owner) : draft
  }

  #applyOne<T extends Resource>(kind: Kind<T>, wanted: Draft<T>): Promise<T> {
    const { client, reader } = this.#surroundings
    const draft = this.#own(kind, wanted)
    const { name = '', namespace = '' } = draft.metadata
    const fetch = () => client.get(kind, { namespace, name })
    const current = reader.informerOf(kind)?.cache && reader.get(kind, { namespace, name })
    return apply(this.#writes, kind, draft, { current, fetch })
  }
}

const isQuery = (target: Target): target is Exclude<Target, Ref | Resource> =>
  !('name' in target) && !('metadata' in target)

const aim = (target: Ref | Resource, options?: DeleteOptions): [Ref, DeleteOptions | undefined] => {
  if (!('metadata' in target)) return [target, options]
  const preconditions = { uid: target.metadata.uid, ...options?.preconditions }
  return [refOf(target), { ...options, preconditions }]
}
