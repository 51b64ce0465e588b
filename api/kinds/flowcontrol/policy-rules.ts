import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from 'kubernetes-types/flowcontrol/v1'
import { forbiddenField, invalidValue, notSupported, required } from '../../field-error.ts'
import { dnsLabel } from '../../validation/names.ts'
import { checkText, type Errors } from '../../validation/values.ts'

/** Which requests a flow schema is about, and whose. */
export const checkRule = (
  field: string,
  { subjects = [], resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects,
): Errors => [
  ...(subjects.length > 0
    ? subjects.flatMap((each, i) => checkSubject(`${field}.subjects[${i}]`, each))
    : [required(`${field}.subjects`, 'subjects must contain at least one value')]),
  ...(resourceRules.length + nonResourceRules.length > 0
    ? []
    : [required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty')]),
  ...resourceRules.flatMap((rule, i) => checkResources(`${field}.resourceRules[${i}]`, rule)),
  ...nonResourceRules.flatMap((rule, i) => checkNonResources(`${field}.nonResourceRules[${i}]`, rule)),
]

/** By the member that a kind of subject has. */
const memberOf = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' } as const

const subjectKinds = Object.keys(memberOf) as (keyof typeof memberOf)[]

const checkSubject = (field: string, subject: Subject): Errors => {
  const own = subjectKinds.find(kind => kind === subject.kind)
  if (!own) return [notSupported(`${field}.kind`, subject.kind, subjectKinds)]
  const others = subjectKinds.filter(kind => kind !== own && subject[memberOf[kind]])
  return [
    ...checkMember(`${field}.${memberOf[own]}`, own, subject),
    ...others.map(kind =>
      forbiddenField(
        `${field}.${memberOf[kind]}`,
        `${memberOf[kind]} is forbidden when subject kind is not '${kind}'`,
      ),
    ),
  ]
}

const checkMember = (field: string, kind: keyof typeof memberOf, subject: Subject): Errors => {
  const member = subject[memberOf[kind]]
  if (!member) return [required(field, `${memberOf[kind]} is required when subject kind is '${kind}'`)]
  const namespace = kind === 'ServiceAccount' ? subject.serviceAccount?.namespace : undefined
  return [
    ...(member.name ? [] : [required(`${field}.name`)]),
    ...(kind !== 'ServiceAccount'
      ? []
      : namespace
        ? checkText(`${field}.namespace`, namespace, dnsLabel)
        : [required(`${field}.namespace`, 'must specify namespace for service account')]),
  ]
}

const verbs: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'proxy',
  'update',
  'watch',
]

/** With `*` there is nothing beside it. */
const checkAlone = (field: string, values: readonly string[], what: string): Errors =>
  values.length > 1 && values.includes('*')
    ? [invalidValue(field, values, `if '*' is present, must not specify other ${what}`)]
    : []

const checkVerbs = (field: string, given: readonly string[] = []): Errors => {
  if (given.length === 0) return [required(field, 'verbs must contain at least one value')]
  if (given.includes('*')) return checkAlone(field, given, 'verbs')
  return given.every(verb => verbs.includes(verb)) ? [] : [notSupported(field, given, verbs)]
}

const checkSome = (field: string, values: readonly string[] = [], none: string, others: string): Errors =>
  values.length === 0 ? [required(field, none)] : checkAlone(field, values, others)

const checkNonResources = (field: string, rule: NonResourcePolicyRule): Errors => [
  ...checkVerbs(`${field}.verbs`, rule.verbs),
  ...checkSome(
    `${field}.nonResourceURLs`,
    rule.nonResourceURLs,
    'nonResourceURLs must contain at least one value',
    'non-resource URLs',
  ),
]

const checkResources = (field: string, rule: ResourcePolicyRule): Errors => {
  const { apiGroups, resources, namespaces = [], clusterScope = false } = rule
  const needed = 'resource rules that are not cluster scoped must supply at least one namespace'
  return [
    ...checkVerbs(`${field}.verbs`, rule.verbs),
    ...checkSome(
      `${field}.apiGroups`,
      apiGroups,
      'resource rules must supply at least one api group',
      'api groups',
    ),
    ...checkSome(
      `${field}.resources`,
      resources,
      'resource rules must supply at least one resource',
      'resources',
    ),
    ...(namespaces.length === 0 && !clusterScope ? [required(`${field}.namespaces`, needed)] : []),
    ...(namespaces.includes('*')
      ? checkAlone(`${field}.namespaces`, namespaces, 'namespaces')
      : namespaces.flatMap((each, i) => checkText(`${field}.namespaces[${i}]`, each, dnsLabel))),
  ]
}
