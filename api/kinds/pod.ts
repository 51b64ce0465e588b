import type { Pod as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { forbiddenField } from '../field-error.ts'
import { isTerminal } from '../pod-phase.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { errorsOf, none } from '../validation/values.ts'
import { podColumns } from './pod-columns.ts'
import { checkPodAnnotations } from './pod-spec/annotations.ts'
import { admitPodSpec, defaultPodSpec, defaultRunnable } from './pod-spec/defaults.ts'
import { checkKept } from './pod-spec/ephemeral-containers.ts'
import { selectLike } from './pod-spec/label-keys.ts'
import { qosClassOf } from './pod-spec/qos-class.ts'
import type { PodSpec } from './pod-spec/types.ts'
import { checkPodSpecUpdate } from './pod-spec/update.ts'
import { checkPodSpec } from './pod-spec/validate.ts'
import { keepStatus, prepareCreate } from './strategy.ts'

export type Pod = V1 & {
  apiVersion: string
  kind: string
  metadata: Meta
  spec: PodSpec
  /** Newer than the types we have of Kubernetes. */
  status?: NonNullable<V1['status']> & { observedGeneration?: number }
}

const prepare = prepareCreate<Pod>(draft => ({
  phase: 'Pending',
  qosClass: qosClassOf(draft.spec),
}))

export const Pod = defineKind<Pod>({
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['binding', 'ephemeralcontainers', 'eviction', 'proxy', 'status'],
  generations: true,
  fields: {
    'spec.nodeName': pod => pod.spec.nodeName ?? '',
    'spec.restartPolicy': pod => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': pod => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': pod => pod.spec.serviceAccountName ?? '',
    'status.phase': pod => pod.status?.phase ?? '',
    'status.podIP': pod => pod.status?.podIP ?? '',
    'status.nominatedNodeName': pod => pod.status?.nominatedNodeName ?? '',
  },
  columns: podColumns,
  strategy: {
    default: draft => {
      draft.spec ??= { containers: [] }
      defaultPodSpec(draft.spec)
      defaultRunnable(draft.spec)
    },
    prepareCreate: draft => {
      if (draft.spec) {
        admitPodSpec(draft.spec)
        if (draft.spec.affinity || draft.spec.topologySpreadConstraints) {
          selectLike(draft.spec, draft.metadata.labels)
        }
      }
      prepare(draft)
    },
    prepareUpdate: (draft, old) => {
      admitPodSpec(draft.spec)
      keepStatus(draft, old)
    },
    // Kubelets of old sent them wrong, and garbage collection goes by them.
    statusKeeps: ['ownerReferences'],
    prepareStatus: ({ status }, { old }) => {
      // Kubelets that do not know the field leave it out.
      if (status && !status.observedGeneration && old.status?.observedGeneration) {
        status.observedGeneration = old.status.observedGeneration
      }
      // The older of two names for the same; both are always told.
      if (status?.podIP && status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }]
    },
    validate: ({ metadata, spec }) =>
      errorsOf(
        checkMetadata(metadata),
        metadata.annotations && checkPodAnnotations('metadata.annotations', metadata.annotations, spec),
        checkPodSpec(spec, 'spec', metadata),
      ),
    validateCreate: ({ spec }) =>
      errorsOf(
        spec.ephemeralContainers?.length &&
          forbiddenField('spec.ephemeralContainers', 'cannot be set on create'),
        spec.nodeName &&
          spec.schedulingGates?.length &&
          forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'),
      ),
    validateSubresource: (pod, { subresource, old }) =>
      subresource === 'ephemeralcontainers'
        ? errorsOf(
            checkPodSpec(pod.spec, 'spec', pod.metadata),
            checkKept('spec.ephemeralContainers', pod.spec.ephemeralContainers, old.spec.ephemeralContainers),
          )
        : none,
    validateUpdate: (pod, old) => checkPodSpecUpdate(pod.spec, old.spec),
    graceSeconds: (pod, requested) => {
      // Nothing runs that could want time to end.
      if (!pod.spec.nodeName || isTerminal(pod)) return 0
      const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30
      // At once is said with 0.
      return seconds < 0 ? 1 : seconds
    },
  },
})
