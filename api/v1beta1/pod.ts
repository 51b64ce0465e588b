import { Pod } from '../kinds/pod.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { fromManifest, toManifest } from './manifest.ts'
import { fromMeta, toMeta } from './metadata.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { fromCurrentState, toCurrentState } from './pod-state.ts'
import { type Remarks, remarksOf } from './remarks.ts'
import { readPod } from './shapes.ts'

export const legacyPod: LegacyKind<Pod> = {
  kind: Pod,
  plural: 'pods',
  legacyKind: 'Pod',
  name: 'pod',
  selectors: true,
  fields: {
    id: 'metadata.name',
    name: 'metadata.name',
    namespace: 'metadata.namespace',
    'DesiredState.Host': 'spec.nodeName',
    'desiredState.host': 'spec.nodeName',
    'CurrentState.Host': 'spec.nodeName',
    'currentState.host': 'spec.nodeName',
    'DesiredState.Status': 'status.phase',
    'desiredState.status': 'status.phase',
    'CurrentState.Status': 'status.phase',
    'currentState.status': 'status.phase',
  },

  toLegacy(pod) {
    const remarks = remarksOf(pod.metadata.annotations)
    return {
      ...toMeta(legacyPod, pod.metadata),
      ...omitEmpty({ labels: pod.metadata.labels }),
      desiredState: { manifest: toManifest(pod.spec, remarks) },
      currentState: toCurrentState(pod),
      ...omitEmpty({ nodeSelector: pod.spec.nodeSelector }),
    }
  },

  fromLegacy(body) {
    const said = readPod(body, '') ?? {}
    const remarks: Remarks = {}
    const { currentState, desiredState, nodeSelector } = said
    const spec = fromManifest(desiredState?.manifest, nodeSelector, remarks)
    return omitUndefined({
      metadata: fromMeta(said, 'Pod', remarks),
      spec,
      status: currentState && fromCurrentState(currentState),
    })
  },
}
