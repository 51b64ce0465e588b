import type { Kind } from '../../api/kind.ts'
import type { Resource } from '../../api/resource.ts'
import { parseFieldSelector } from '../../api/selectors/fields.ts'
import { parseLabelSelector } from '../../api/selectors/labels.ts'
import type { Selection } from '../watch/selection.ts'

export interface SelectionOptions {
  /** '' or left out: all. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
}

/** Reads selectors as clients write them. Throws BadRequest. */
export const selectionOf = <T extends Resource>(
  kind: Kind<T>,
  { namespace = '', labelSelector = '', fieldSelector = '' }: SelectionOptions,
): Selection<T> => {
  const labels = labelSelector ? parseLabelSelector(labelSelector) : undefined
  const fields = fieldSelector ? parseFieldSelector(kind, fieldSelector) : undefined
  return {
    id: JSON.stringify([namespace, labelSelector, fieldSelector]),
    namespace: kind.namespaced ? namespace : '',
    matches:
      labels || fields
        ? object => (labels?.matches(object.metadata.labels) ?? true) && (fields?.matches(object) ?? true)
        : undefined,
  }
}
