import { isEstablished } from '../../api/custom/acceptance.ts'
import { kindsOfDefinition } from '../../api/custom/kinds-of-definition.ts'
import type { Kind } from '../../api/kind.ts'
import type { CustomResourceDefinition } from '../../api/kinds/index.ts'

/** The kind by which the objects of a definition are reached: one that is served, as they are stored if that is. */
export const customKind = (definition: CustomResourceDefinition): Kind | undefined => {
  if (!isEstablished(definition)) return undefined
  const { shown } = kindsOfDefinition(definition)
  return shown.find(({ storage }) => storage === undefined) ?? shown[0]
}
