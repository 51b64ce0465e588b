import { forbiddenField, invalidValue, required } from '../field-error.ts'
import type { CustomResourceDefinition } from '../kinds/apiextensions/custom-resource-definition.ts'
import { checkOneOf, type Errors } from '../validation/values.ts'

const none: Errors = []

/**
 * What is wrong with how objects are to be converted. No webhook is called here: a definition may have one as long as
 * there is a single version, and nothing to be converted.
 */
export const checkConversion = ({ conversion, versions = [] }: CustomResourceDefinition['spec']): Errors => {
  const { strategy, webhook } = conversion ?? {}
  const field = 'spec.conversion'
  if (strategy !== 'Webhook') {
    return [
      ...checkOneOf(`${field}.strategy`, strategy, ['None', 'Webhook']),
      ...(webhook
        ? [forbiddenField(`${field}.webhook`, 'should not be set when strategy is not set to Webhook')]
        : none),
    ]
  }
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {}
  return [
    ...(versions.length > 1
      ? [
          invalidValue(
            `${field}.strategy`,
            strategy,
            'conversion webhooks are not called by this server: use None, which changes nothing but apiVersion, or keep a single version',
          ),
        ]
      : none),
    ...(clientConfig
      ? none
      : [required(`${field}.webhook.clientConfig`, 'required when strategy is set to Webhook')]),
    ...(conversionReviewVersions.length > 0 ? none : [required(`${field}.webhook.conversionReviewVersions`)]),
  ]
}
