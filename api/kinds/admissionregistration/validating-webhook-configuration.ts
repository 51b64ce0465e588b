import type { ValidatingWebhookConfiguration as V1 } from 'kubernetes-types/admissionregistration/v1'
import { defineKind } from '../../define.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { checkWebhooks, defaultWebhook, webhooksColumn } from './webhook.ts'

export type ValidatingWebhookConfiguration = Served<V1>

export const ValidatingWebhookConfiguration = defineKind<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  namespaced: false,
  columns: [nameColumn(), webhooksColumn(), ageColumn()],
  strategy: {
    needsRevision: true,
    default: ({ webhooks = [] }) => {
      for (const webhook of webhooks) defaultWebhook(webhook)
    },
    validate: ({ metadata, webhooks }) => [...checkMetadata(metadata), ...checkWebhooks(webhooks)],
  },
})
