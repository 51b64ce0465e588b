import { Binding } from '../kinds/binding.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { fromMeta, toMeta } from './metadata.ts'
import { readBinding } from './shapes.ts'

/** v1 names a binding after its pod. */
export const legacyBinding: LegacyKind<Binding> = {
  kind: Binding,
  plural: 'bindings',
  legacyKind: 'Binding',
  name: 'binding',
  selectors: true,
  fields: {},

  toLegacy({ metadata, target }) {
    const { id: podID = '', ...meta } = toMeta(legacyBinding, { ...metadata })
    return { ...meta, selfLink: '/api/v1beta1/bindings', podID, host: target.name ?? '' }
  },

  fromLegacy(body) {
    const said = readBinding(body, '') ?? {}
    return {
      metadata: { ...fromMeta(said, 'Binding'), name: said.podID ?? '' },
      target: { kind: 'Node', name: said.host ?? '' },
    }
  },
}
