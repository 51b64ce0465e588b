import type { NamespaceCondition, NamespaceStatus } from 'kubernetes-types/core/v1'
import { withCondition } from '../../api/pod-phase.ts'
import { type Content, failuresText, finalizersText, remainingText } from './content.ts'

/** The status that tells what a pass over the namespace's content has come to, in Kubernetes' words. */
export const statusAfter = (
  status: NamespaceStatus | undefined,
  content: Content,
  now: number,
): NamespaceStatus =>
  conditionsOf(content).reduce<NamespaceStatus>(
    (told, { type, wrong, ok }) => {
      const [reason, message] = wrong ?? ok
      const next: NamespaceCondition = { type, status: wrong ? 'True' : 'False', reason, message }
      return withCondition(told, next, now)
    },
    { ...status, phase: 'Terminating' },
  )

type Words = readonly [reason: string, message: string]

interface Told {
  readonly type: string
  /** Undefined: all is well. */
  readonly wrong: Words | undefined
  readonly ok: Words
}

const conditionsOf = (content: Content): readonly Told[] => {
  const { discovery, failures } = content
  const resources = remainingText(content)
  const finalizers = finalizersText(content)
  const when = (holds: boolean, ...words: Words): Words | undefined => (holds ? words : undefined)
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      wrong: when(
        discovery.length > 0,
        'DiscoveryFailed',
        `Discovery failed for some groups, ${discovery.length} failing: ${failuresText(discovery)}`,
      ),
      ok: ['ResourcesDiscovered', 'All resources successfully discovered'],
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      wrong: undefined,
      ok: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    },
    {
      type: 'NamespaceDeletionContentFailure',
      wrong: when(
        failures.length > 0,
        'ContentDeletionFailed',
        `Failed to delete all resource types, ${failures.length} remaining: ${failuresText(failures)}`,
      ),
      ok: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    },
    {
      type: 'NamespaceContentRemaining',
      wrong: when(resources !== '', 'SomeResourcesRemain', `Some resources are remaining: ${resources}`),
      ok: ['ContentRemoved', 'All content successfully removed'],
    },
    {
      type: 'NamespaceFinalizersRemaining',
      wrong: when(
        finalizers !== '',
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${finalizers}`,
      ),
      ok: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    },
  ]
}
