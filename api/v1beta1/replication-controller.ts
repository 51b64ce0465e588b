import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { ReplicationController } from '../kinds/replication-controller.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { fromManifest, noManifest, toManifest } from './manifest.ts'
import { fromMeta, toMeta } from './metadata.ts'
import { omitEmpty, omitUndefined } from './omit.ts'
import { annotate, type Remarks, recall, remark, remarksOf, shown } from './remarks.ts'
import { type LegacyPodTemplate, readReplicationController } from './shapes.ts'

/** The remarks lie in the template's annotations: so its pods get them, too. */
const toTemplate = (template: PodTemplateSpec) => ({
  desiredState: {
    manifest: template.spec
      ? toManifest(template.spec, remarksOf(template.metadata?.annotations))
      : noManifest,
  },
  ...omitEmpty({
    labels: template.metadata?.labels,
    annotations: shown(template.metadata?.annotations),
    nodeSelector: template.spec?.nodeSelector,
  }),
})

const fromTemplate = (template: LegacyPodTemplate): PodTemplateSpec => {
  const remarks: Remarks = {}
  const spec = fromManifest(template.desiredState?.manifest, template.nodeSelector, remarks)
  const { labels, annotations } = template
  return { metadata: omitUndefined({ labels, annotations: annotate(annotations, remarks) }), spec }
}

export const legacyReplicationController: LegacyKind<ReplicationController> = {
  kind: ReplicationController,
  plural: 'replicationControllers',
  legacyKind: 'ReplicationController',
  name: 'replicationController',
  selectors: true,
  fields: { id: 'metadata.name', name: 'metadata.name', namespace: 'metadata.namespace' },

  toLegacy({ metadata, spec, status }) {
    const labels = recall(remarksOf(metadata.annotations), 'labels', metadata.labels)
    return {
      ...toMeta(legacyReplicationController, metadata),
      desiredState: {
        replicas: spec.replicas ?? 0,
        ...omitEmpty({ replicaSelector: spec.selector }),
        podTemplate: spec.template ? toTemplate(spec.template) : { desiredState: { manifest: noManifest } },
      },
      currentState: {
        replicas: status?.replicas ?? 0,
        podTemplate: { desiredState: { manifest: noManifest } },
      },
      ...omitEmpty({ labels }),
    }
  },

  fromLegacy(body) {
    const said = readReplicationController(body, '') ?? {}
    const { replicas = 0, replicaSelector, podTemplate = {} } = said.desiredState ?? {}
    // v1 labels a controller as its pods where it has no labels of its own.
    const labels = said.labels ?? podTemplate.labels
    const remarks: Remarks = {}
    remark(remarks, 'labels', labels, said.labels)
    return omitUndefined({
      metadata: fromMeta({ ...said, labels }, 'ReplicationController', remarks),
      // None meant none in 2014; v1 would take it for one.
      spec: omitUndefined({ replicas, selector: replicaSelector, template: fromTemplate(podTemplate) }),
      status: said.currentState && { replicas: said.currentState.replicas ?? 0 },
    })
  },
}
