import type { PodTemplate as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import type { Served } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { column, labelsText, nameColumn } from './columns.ts'
import { containerColumns } from './workload/columns.ts'
import { checkTemplate, defaultTemplate } from './workload/template.ts'

export type PodTemplate = Served<V1>

export const PodTemplate = defineKind<PodTemplate>({
  kind: 'PodTemplate',
  plural: 'podtemplates',
  generations: true,
  columns: [
    nameColumn(),
    ...containerColumns<PodTemplate>(({ template }) => template, {}),
    column('Pod Labels', 'Labels of the pods that are made of the template.', ({ template }) =>
      labelsText(template?.metadata?.labels),
    ),
  ],
  strategy: {
    default: ({ template }) => defaultTemplate(template),
    validate: ({ metadata, template }) => [
      ...checkMetadata(metadata),
      ...checkTemplate('template', template),
    ],
  },
})
