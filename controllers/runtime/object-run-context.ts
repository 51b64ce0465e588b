import { isDeepStrictEqual } from 'node:util'
import { isStatus } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'
import { withCondition } from '../../api/pod-phase.ts'
import { type Resource, refOf } from '../../api/resource.ts'
import type { ObjectContext } from './context.ts'
import { type Run, RunContext, type Surroundings } from './run-context.ts'

/** Writes of one condition, when others keep writing the object. */
const conditionTries = 5

/** Adds what needs the object itself. */
export class ObjectRunContext<T extends Resource> extends RunContext implements ObjectContext<T> {
  readonly #kind: Kind<T>
  readonly #object: T
  /**
   * The object as this run knows it: as it was at the start, with the run's own writes, but without what others wrote
   * since. What the run makes of it so never undoes what it has not seen: the API answers Conflict instead.
   */
  #known: T

  constructor(surroundings: Surroundings, run: Run, kind: Kind<T>, object: T) {
    super(surroundings, run, object)
    this.#kind = kind
    this.#object = object
    this.#known = object
  }

  async status(next: object): Promise<void> {
    if (!isDeepStrictEqual(written(statusIn(this.#known)), written(next))) await this.#put(this.#known, next)
  }

  async condition(type: string, value: boolean | 'Unknown', reason: string, message = ''): Promise<void> {
    const wanted = { type, status: value === 'Unknown' ? value : value ? 'True' : 'False', reason, message }
    let current = this.#cached()
    for (let tries = 1; ; tries++) {
      const before = statusIn(current) ?? {}
      const next = withCondition(before, wanted, this.clock.now())
      if (next === before) return
      try {
        await this.#put(current, next)
        return
      } catch (error) {
        if (tries === conditionTries || !isStatus(error, 'Conflict')) throw error
        current = await this.client.get(this.#kind, refOf(this.#object))
        if (current.metadata.uid !== this.#object.metadata.uid) throw error
      }
    }
  }

  protected override replaced(sent: Resource, answer: Resource): void {
    const { uid, resourceVersion } = this.#known.metadata
    const ours = answer.metadata.uid === uid && sent.metadata.resourceVersion === resourceVersion
    if (ours) this.#known = answer as T
  }

  #put(current: T, status: object): Promise<T> {
    const next = { ...current, status }
    const hasStatus = this.#kind.subresources.includes('status')
    return hasStatus ? this.updateStatus(this.#kind, next) : this.update(this.#kind, next)
  }

  /** Never another object of the same name. */
  #cached(): T {
    const found = this.get(this.#kind, refOf(this.#object))
    return found?.metadata.uid === this.#object.metadata.uid ? found : this.#known
  }
}

const statusIn = (object: Resource): object | undefined => (object as { status?: object }).status

/** As it is after a trip to the API: a field that is undefined is none. */
const written = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value))
