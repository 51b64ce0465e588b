import { isDeepStrictEqual } from 'node:util'
import { duplicate, invalidValue, required } from '../field-error.ts'
import type { CustomResourceDefinition } from '../kinds/apiextensions/custom-resource-definition.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { dns1035Label, dnsSubdomain } from '../validation/names.ts'
import { checkName, checkOneOf, checkText, type Errors } from '../validation/values.ts'
import { isEstablished } from './acceptance.ts'
import { checkConversion } from './check-conversion.ts'
import { checkStructural } from './check-structural.ts'
import { columnTypes, type PrinterColumn } from './columns.ts'
import { parseJsonPath, parseSimplePath } from './json-path.ts'
import { checkDefinitionRules } from './rules/check-definition-rules.ts'
import { checkSelectableFields } from './selectable-fields.ts'
import type { Structural } from './structural.ts'

type Spec = CustomResourceDefinition['spec']
type Version = Spec['versions'][number]

const none: Errors = []

/** What is wrong with a CustomResourceDefinition. */
export const checkDefinition = ({ metadata, spec, status }: CustomResourceDefinition): Errors => [
  ...checkMetadata(metadata),
  ...checkIdentity(metadata, spec),
  ...(spec.scope ? none : [required('spec.scope')]),
  ...checkOneOf('spec.scope', spec.scope || undefined, ['Cluster', 'Namespaced']),
  ...checkNames(spec.names),
  ...checkVersions(spec.versions ?? []),
  ...checkConversion(spec),
  ...(spec.preserveUnknownFields
    ? [
        invalidValue(
          'spec.preserveUnknownFields',
          true,
          'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
        ),
      ]
    : none),
  ...(status?.storedVersions ?? []).flatMap((name, i) =>
    (spec.versions ?? []).some(each => each.name === name)
      ? none
      : [invalidValue(`status.storedVersions[${i}]`, name, 'must appear in spec.versions')],
  ),
]

/** What a change of a CustomResourceDefinition breaks: what its objects are found by stays. */
export const checkDefinitionUpdate = (
  next: CustomResourceDefinition,
  old: CustomResourceDefinition,
): Errors => {
  const fixed = (field: string, value: unknown, before: unknown) =>
    isDeepStrictEqual(value, before) ? none : [invalidValue(field, value, 'field is immutable')]
  return [
    ...fixed('spec.group', next.spec.group, old.spec.group),
    ...fixed('spec.names.plural', next.spec.names.plural, old.spec.names.plural),
    ...(isEstablished(old)
      ? [
          ...fixed('spec.scope', next.spec.scope, old.spec.scope),
          ...fixed('spec.names.kind', next.spec.names.kind, old.spec.names.kind),
        ]
      : none),
  ]
}

const approval = 'api-approved.kubernetes.io'

const checkIdentity = (metadata: CustomResourceDefinition['metadata'], { group, names }: Spec): Errors => {
  const whole = `${names?.plural}.${group}`
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group ?? '')
  return [
    ...(metadata.name === whole
      ? none
      : [invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...checkName('spec.group', group, dnsSubdomain),
    ...(group && !group.includes('.')
      ? [invalidValue('spec.group', group, 'should be a domain with at least one dot')]
      : none),
    ...(isProtected && !metadata.annotations?.[approval]
      ? [
          required(
            `metadata.annotations[${approval}]`,
            `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`,
          ),
        ]
      : none),
  ]
}

const checkNames = ({
  plural,
  singular,
  kind,
  listKind,
  shortNames = [],
  categories = [],
}: Spec['names']): Errors => [
  ...checkName('spec.names.plural', plural, dns1035Label),
  ...(singular ? checkText('spec.names.singular', singular, dns1035Label) : none),
  ...checkKind('spec.names.kind', kind),
  ...checkKind('spec.names.listKind', listKind),
  ...(kind && kind === listKind
    ? [invalidValue('spec.names.listKind', listKind, 'kind and listKind may not be the same')]
    : none),
  ...shortNames.flatMap((each, i) => checkText(`spec.names.shortNames[${i}]`, each, dns1035Label)),
  ...categories.flatMap((each, i) => checkText(`spec.names.categories[${i}]`, each, dns1035Label)),
]

const checkKind = (field: string, kind: string | undefined): Errors =>
  kind
    ? dns1035Label(kind.toLowerCase()).map(each =>
        invalidValue(field, kind, `may have mixed case, but should otherwise match: ${each}`),
      )
    : [required(field)]

const checkVersions = (versions: readonly Version[]): Errors => {
  const names = versions.map(({ name }) => name)
  const storage = versions.filter(each => each.storage).length
  return [
    ...(versions.length === 0 ? [required('spec.versions', 'must have at least one version')] : none),
    ...names.flatMap((name, i) =>
      names.indexOf(name) < i ? [duplicate(`spec.versions[${i}].name`, name)] : none,
    ),
    ...(storage === 1 || versions.length === 0
      ? none
      : [invalidValue('spec.versions', names, 'must have exactly one version marked as storage version')]),
    ...versions.flatMap((version, i) => checkVersion(`spec.versions[${i}]`, version)),
  ]
}

const checkVersion = (field: string, version: Version): Errors => {
  const { name, schema, additionalPrinterColumns = [], subresources, selectableFields = [] } = version
  const structural = schema?.openAPIV3Schema
  return [
    ...checkName(`${field}.name`, name, dns1035Label),
    ...(structural
      ? checkSchema(`${field}.schema.openAPIV3Schema`, structural)
      : [required(`${field}.schema.openAPIV3Schema`, 'schemas are required')]),
    ...additionalPrinterColumns.flatMap((each, i) =>
      checkColumn(`${field}.additionalPrinterColumns[${i}]`, each),
    ),
    ...checkSelectableFields(`${field}.selectableFields`, selectableFields, structural ?? {}),
    ...checkDeprecation(`${field}.deprecationWarning`, version),
    ...(subresources?.scale ? checkScale(`${field}.subresources.scale`, subresources.scale) : none),
  ]
}

const checkDeprecation = (field: string, { deprecated, deprecationWarning: warning }: Version): Errors => {
  if (warning === undefined) return none
  const wrong = (why: string) => [invalidValue(field, warning, why)]
  if (!deprecated) return wrong('can only be set for deprecated versions')
  if (warning === '') return wrong('must not be an empty string')
  if (warning.length > 256) return wrong('must be <= 256 characters long')
  return /\p{C}/u.test(warning) ? wrong('must only contain printable UTF-8 characters') : none
}

/** Rules are compiled for a schema that they can be compiled for. */
const checkSchema = (field: string, structural: Structural): Errors => {
  const errors = checkStructural(field, structural)
  return errors.length > 0 ? errors : checkDefinitionRules(field, structural)
}

const checkColumn = (field: string, { name, type, jsonPath }: PrinterColumn): Errors => [
  ...(name ? none : [required(`${field}.name`)]),
  ...(type
    ? checkOneOf(`${field}.type`, type, columnTypes)
    : [required(`${field}.type`, `must be one of ${columnTypes.join(',')}`)]),
  ...(jsonPath ? none : [required(`${field}.jsonPath`)]),
  ...(jsonPath && !parseJsonPath(jsonPath)
    ? [invalidValue(`${field}.jsonPath`, jsonPath, 'is an invalid JSON path')]
    : none),
]

type Scale = NonNullable<NonNullable<Version['subresources']>['scale']>

const checkScale = (
  field: string,
  { specReplicasPath, statusReplicasPath, labelSelectorPath }: Scale,
): Errors => [
  ...checkPath(`${field}.specReplicasPath`, specReplicasPath, ['spec']),
  ...checkPath(`${field}.statusReplicasPath`, statusReplicasPath, ['status']),
  ...(labelSelectorPath
    ? checkPath(`${field}.labelSelectorPath`, labelSelectorPath, ['spec', 'status'])
    : none),
]

const checkPath = (field: string, path: string | undefined, under: readonly string[]): Errors => {
  if (!path) return [required(field)]
  const [first, ...rest] = parseSimplePath(path) ?? []
  if (first !== undefined && rest.length > 0 && under.includes(first)) return none
  return [
    invalidValue(field, path, `should be a json path under ${under.map(each => `.${each}`).join(' or ')}`),
  ]
}
