import type { DeleteOptions } from '../../api/client.ts'
import { forbidden, isStatus, StatusError, tooManyRequests } from '../../api/errors.ts'
import { Pod } from '../../api/kinds/index.ts'
import { PodDisruptionBudget } from '../../api/kinds/policy/pod-disruption-budget.ts'
import { type Ref, refOf } from '../../api/resource.ts'
import { labelSelectorOf } from '../../api/selectors/labels.ts'
import type { Caches } from '../watch/caches.ts'
import { checkPreconditions, deletion, type Outcome } from './deletion.ts'
import { timestamp } from './timestamp.ts'
import type { WriteOptions, Writer } from './writer.ts'

type Options = DeleteOptions & WriteOptions

/** Pods in a budget that are on their way out, at the most, before somebody has to have counted them. */
const mostDisrupted = 2_000

const refused = "Cannot evict pod as it would violate the pod's disruption budget."

const refusedBy = (message: string, retryAfterSeconds?: number): StatusError =>
  tooManyRequests(refused, { reason: 'DisruptionBudget', message }, retryAfterSeconds)

const beingProcessed = (budget: PodDisruptionBudget): StatusError =>
  refusedBy(`The disruption budget ${budget.metadata.name} is still being processed by the server.`, 10)

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

/** Nothing is disrupted by the end of such a pod. */
const isFree = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(status?.phase ?? '')

/** The application is well enough without the pod: it is not counted. */
const mayGoUncounted = (pod: Pod, { spec, status }: PodDisruptionBudget): boolean => {
  if (isReady(pod)) return false
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return (
    spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' ||
    (desiredHealthy > 0 && currentHealthy >= desiredHealthy)
  )
}

/** The budget less one pod. Throws when that may not be. */
const spent = (budget: PodDisruptionBudget, pod: string, now: string): Outcome<PodDisruptionBudget> => {
  const { metadata, status } = budget
  const { name, generation = 0 } = metadata
  // Whoever keeps the budget's status has not seen what it asks for now.
  if (!status || (status.observedGeneration ?? 0) < generation) throw beingProcessed(budget)
  const { disruptionsAllowed, disruptedPods = {}, desiredHealthy, currentHealthy } = status
  const subject = { ...PodDisruptionBudget, plural: 'poddisruptionbudget' }
  if (disruptionsAllowed < 0) throw forbidden(subject, name, 'pdb disruptions allowed is negative')
  if (Object.keys(disruptedPods).length > mostDisrupted) {
    throw forbidden(
      subject,
      name,
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    )
  }
  if (disruptionsAllowed === 0) {
    throw refusedBy(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    )
  }
  const left = disruptionsAllowed - 1
  const next = { ...status, disruptionsAllowed: left, disruptedPods: { ...disruptedPods, [pod]: now } }
  return { type: 'put', object: { ...budget, status: left > 0 ? next : exhausted(next, generation, now) } }
}

type BudgetStatus = NonNullable<PodDisruptionBudget['status']>

const exhausted = (
  { conditions = [], ...status }: BudgetStatus,
  observedGeneration: number,
  now: string,
): BudgetStatus => {
  const type = 'DisruptionAllowed'
  const before = conditions.find(each => each.type === type)
  const condition = {
    type,
    status: 'False',
    observedGeneration,
    lastTransitionTime: (before?.status === 'False' && before.lastTransitionTime) || now,
    reason: 'InsufficientPods',
    message: '',
  }
  return { ...status, conditions: [...conditions.filter(each => each !== before), condition] }
}

/** What a DELETE does, and the pod says why. */
const evicted = (pod: Pod, options: Options, now: number): Outcome<Pod> => {
  const outcome = deletion(Pod, pod, options, now)
  if (outcome.type !== 'put' || pod.metadata.deletionTimestamp !== undefined) return outcome
  const type = 'DisruptionTarget'
  const condition = {
    type,
    status: 'True',
    lastTransitionTime: timestamp(now),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  }
  const { status } = outcome.object
  const others = status?.conditions?.filter(each => each.type !== type) ?? []
  return {
    type: 'put',
    object: { ...outcome.object, status: { ...status, conditions: [...others, condition] } },
  }
}

const onlyThis = (options: Options, { metadata: { resourceVersion } }: Pod): Options => ({
  ...options,
  preconditions: { ...options.preconditions, resourceVersion },
})

/**
 * Lets pods go that no budget holds. A budget is charged before its pod is deleted: a crash in between leaves one
 * disruption too few, never one too many. Rejects with TooManyRequests when a budget says no.
 */
export const createEvictor = (writer: Writer, caches: Caches, now: () => number) => {
  const remove = (ref: Ref, options: Options) =>
    writer.modify(Pod, ref, pod => evicted(pod, options, now()), options)

  const budgetsOf = ({ metadata: { namespace = '', labels } }: Pod): PodDisruptionBudget[] =>
    caches
      .of(PodDisruptionBudget)
      .list({ id: '', namespace, matches: undefined })
      .map(({ object }) => object)
      .filter(({ spec: { selector } }) => {
        const wanted = labelSelectorOf(selector)
        return wanted.toString() !== '' && wanted.matches(labels)
      })

  /** The newest pod, which has to be the one that is meant. */
  const find = async (ref: Ref, { preconditions }: Options): Promise<Pod> => {
    const { object } = await writer.modify(Pod, ref, pod => {
      if (preconditions) checkPreconditions(Pod, pod, preconditions)
      return { type: 'keep' }
    })
    return object
  }

  return async (ref: Ref, options: Options): Promise<void> => {
    const named = options.preconditions?.resourceVersion !== undefined
    for (;;) {
      const pod = await find(ref, options)
      const free = isFree(pod)
      const [budget, ...more] = free ? [] : budgetsOf(pod)
      if (more.length > 0) {
        throw new StatusError({
          reason: 'InternalError',
          code: 500,
          message:
            'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
        })
      }
      const uncounted = budget !== undefined && mayGoUncounted(pod, budget)
      if (budget && !uncounted) {
        const { name } = pod.metadata
        const charge = (each: PodDisruptionBudget) => spent(each, name, timestamp(now()))
        await writer.modify(PodDisruptionBudget, refOf(budget), charge, options)
      }
      try {
        // What was judged by the pod's state holds for that state only: it could be ready by now.
        await remove(ref, (free || uncounted) && !named ? onlyThis(options, pod) : options)
        return
      } catch (error) {
        if (!isStatus(error, 'Conflict') || named) throw error
        if (uncounted && budget) throw beingProcessed(budget)
        if (!free) throw error
      }
    }
  }
}
