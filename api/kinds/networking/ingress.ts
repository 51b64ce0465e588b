import type { IngressBackend, IngressRule, Ingress as V1 } from 'kubernetes-types/networking/v1'
import { defineKind } from '../../define.ts'
import { invalidValue, notSupported, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import type { Errors } from '../../validation/values.ts'
import { ageColumn, column, nameColumn, none } from '../columns.ts'
import { keepStatus, prepareCreate } from '../strategy.ts'

export type Ingress = WithSpec<V1>

export const Ingress = defineKind<Ingress>({
  group: 'networking.k8s.io',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  subresources: ['status'],
  columns: [
    nameColumn(),
    column(
      'Class',
      'The name of the IngressClass resource that should be used for additional configuration',
      ({ metadata, spec }) =>
        spec.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'] ?? none,
    ),
    column('Hosts', 'Hosts that incoming requests are matched against before the ingress rule', hostsText),
    column('Address', 'Address is a list containing ingress points for the load-balancer', ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(),
    ),
    column('Ports', 'Ports of TLS configurations that open', ({ spec }) =>
      spec.tls?.length ? '80, 443' : '80',
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.spec ??= {}
    },
    prepareCreate: prepareCreate<Ingress>(() => ({ loadBalancer: {} })),
    prepareUpdate: keepStatus,
    validate: ({ metadata, spec: { rules = [], defaultBackend } }) => [
      ...checkMetadata(metadata),
      ...(rules.length === 0 && !defaultBackend
        ? [invalidValue('spec', rules, 'either `defaultBackend` or `rules` must be specified')]
        : []),
      ...(defaultBackend ? checkBackend('spec.defaultBackend', defaultBackend) : []),
      ...rules.flatMap((rule, i) => checkRule(`spec.rules[${i}].http`, rule)),
    ],
  },
})

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']

const checkRule = (field: string, { http }: IngressRule): Errors => {
  if (!http) return []
  if (!http.paths?.length) return [required(`${field}.paths`)]
  return http.paths.flatMap(({ path = '', pathType, backend }, i) => {
    const at = `${field}.paths[${i}]`
    return [
      ...(pathType ? [] : [required(`${at}.pathType`, 'pathType must be specified')]),
      ...(pathType && !pathTypes.includes(pathType)
        ? [notSupported(`${at}.pathType`, pathType, pathTypes)]
        : []),
      ...((path || pathType !== 'ImplementationSpecific') && !path.startsWith('/')
        ? [invalidValue(`${at}.path`, path, 'must be an absolute path')]
        : []),
      ...checkBackend(`${at}.backend`, backend ?? {}),
    ]
  })
}

const checkBackend = (field: string, { service, resource }: IngressBackend): Errors => {
  if (service && resource) return [invalidValue(field, '', 'cannot set both resource and service backends')]
  if (resource) return []
  if (!service?.name) return [required(`${field}.service.name`)]
  return service.port?.name || service.port?.number
    ? []
    : [required(field, 'port name or number is required')]
}

/** As many as fit a table. */
const shown = 3

function hostsText({ spec: { rules = [] } }: Ingress): string {
  const hosts = rules.flatMap(({ host }) => (host ? [host] : []))
  if (hosts.length === 0) return '*'
  const text = hosts.slice(0, shown).join()
  return hosts.length > shown ? `${text} + ${hosts.length - shown} more...` : text
}
