import type { Binding as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { notSupported, required } from '../field-error.ts'
import type { Meta } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'

export type Binding = V1 & { apiVersion: string; kind: string; metadata: Meta }

/** Assigns the pod of its name to a node; never stored. */
export const Binding = defineKind<Binding>({
  kind: 'Binding',
  plural: 'bindings',
  strategy: {
    default: draft => {
      draft.target ??= {}
    },
    validate: ({ metadata, target }) => [
      ...checkMetadata(metadata),
      ...(target.kind && target.kind !== 'Node'
        ? [notSupported('target.kind', target.kind, ['Node', '<empty>'])]
        : []),
      ...(target.name ? [] : [required('target.name')]),
    ],
  },
})
