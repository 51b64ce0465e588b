import type { CustomResourceDefinition } from '../kinds/apiextensions/custom-resource-definition.ts'
import { compareVersions } from './version-order.ts'

type Spec = CustomResourceDefinition['spec']
type Version = Spec['versions'][number]

/** What clients of a version are warned of: of what the definition says, or of the version that they should use. */
export const deprecationOf = ({ group, names, versions }: Spec, version: Version): string | undefined => {
  if (!version.deprecated) return undefined
  if (version.deprecationWarning) return version.deprecationWarning
  const [better] = versions
    .filter(({ served, deprecated }) => served && !deprecated)
    .map(({ name }) => name)
    .filter(name => compareVersions(name, version.name) < 0)
    .sort(compareVersions)
  const told = `${group}/${version.name} ${names.kind} is deprecated`
  return better ? `${told}; use ${group}/${better} ${names.kind}` : told
}
