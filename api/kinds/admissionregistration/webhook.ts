import type { MutatingWebhook, ValidatingWebhook } from 'kubernetes-types/admissionregistration/v1'
import type { FieldError } from '../../field-error.ts'
import { duplicate, invalidValue, required } from '../../field-error.ts'
import type { Column } from '../../kind.ts'
import type { Resource } from '../../resource.ts'
import { dns1035Label, dnsSubdomain } from '../../validation/names.ts'
import { checkSelector } from '../../validation/selectors.ts'
import { checkOneOf, type Errors } from '../../validation/values.ts'
import { checkWebhookClient } from '../../validation/webhook-client.ts'
import { column, integer } from '../columns.ts'
import { checkMatchConditions, checkRules, defaultRules, failurePolicies } from './rules.ts'

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>

/** In place. */
export const defaultWebhook = (webhook: Webhook): void => {
  webhook.failurePolicy ??= 'Fail'
  webhook.matchPolicy ??= 'Equivalent'
  webhook.namespaceSelector ??= {}
  webhook.objectSelector ??= {}
  webhook.timeoutSeconds ??= 10
  defaultRules(webhook.rules)
  const { service } = webhook.clientConfig ?? {}
  if (service) service.port ??= 443
}

export const webhooksColumn = <T extends Resource & { webhooks?: readonly object[] }>(): Column<T> =>
  column(
    'Webhooks',
    'Webhooks indicates the number of webhooks registered in this configuration',
    ({ webhooks = [] }) => webhooks.length,
    integer,
  )

export const checkWebhooks = (webhooks: readonly Webhook[] = []): Errors => {
  const names = new Set<string>()
  return webhooks.flatMap((webhook, i) => {
    const field = `webhooks[${i}]`
    const again = names.has(webhook.name) ? [duplicate(`${field}.name`, webhook.name)] : []
    if (webhook.name) names.add(webhook.name)
    return [...checkWebhook(field, webhook), ...again]
  })
}

const checkWebhook = (field: string, webhook: Webhook): FieldError[] => {
  const { timeoutSeconds = 10, sideEffects, namespaceSelector = {}, objectSelector = {} } = webhook
  return [
    ...checkDomainName(`${field}.name`, webhook.name),
    ...checkRules(`${field}.rules`, webhook.rules),
    ...checkOneOf(`${field}.failurePolicy`, webhook.failurePolicy, failurePolicies),
    ...checkOneOf(`${field}.matchPolicy`, webhook.matchPolicy, ['Equivalent', 'Exact']),
    ...(sideEffects === undefined
      ? [required(`${field}.sideEffects`, `must specify one of ${harmless.join(', ')}`)]
      : checkOneOf(`${field}.sideEffects`, sideEffects, harmless)),
    ...(timeoutSeconds >= 1 && timeoutSeconds <= 30
      ? []
      : [
          invalidValue(
            `${field}.timeoutSeconds`,
            timeoutSeconds,
            'the timeout value must be between 1 and 30 seconds',
          ),
        ]),
    ...checkSelector(`${field}.namespaceSelector`, namespaceSelector),
    ...checkSelector(`${field}.objectSelector`, objectSelector),
    ...checkOneOf(`${field}.reinvocationPolicy`, webhook.reinvocationPolicy, ['IfNeeded', 'Never']),
    ...checkWebhookClient(`${field}.clientConfig`, webhook.clientConfig),
    ...checkMatchConditions(`${field}.matchConditions`, webhook.matchConditions),
    ...checkReviewVersions(`${field}.admissionReviewVersions`, webhook.admissionReviewVersions),
  ]
}

const harmless = ['None', 'NoneOnDryRun']

const checkDomainName = (field: string, name: string | undefined): Errors => {
  if (!name) return [required(field)]
  const wrong = dnsSubdomain(name).join(',')
  if (wrong) return [invalidValue(field, name, wrong)]
  return name.split('.').length >= 3
    ? []
    : [invalidValue(field, name, 'should be a domain with at least three segments separated by dots')]
}

/** The forms of a review that there are. */
const reviewVersions = ['v1', 'v1beta1']

const checkReviewVersions = (field: string, versions: readonly string[] = []): Errors => {
  if (versions.length === 0) return [required(field, `must specify one of ${reviewVersions.join(', ')}`)]
  return [
    ...versions.flatMap((version, i) =>
      versions.indexOf(version) < i
        ? [invalidValue(`${field}[${i}]`, version, 'duplicate version')]
        : dns1035Label(version).map(message => invalidValue(`${field}[${i}]`, version, message)),
    ),
    ...(versions.some(each => reviewVersions.includes(each))
      ? []
      : [invalidValue(field, versions, `must include at least one of ${reviewVersions.join(', ')}`)]),
  ]
}
