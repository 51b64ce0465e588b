import type { MutatingWebhookConfiguration as V1 } from 'kubernetes-types/admissionregistration/v1'
import { defineKind } from '../../define.ts'
import type { Served } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { ageColumn, nameColumn } from '../columns.ts'
import { checkWebhooks, defaultWebhook, webhooksColumn } from './webhook.ts'

export type MutatingWebhookConfiguration = Served<V1>

export const MutatingWebhookConfiguration = defineKind<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  namespaced: false,
  columns: [nameColumn(), webhooksColumn(), ageColumn()],
  strategy: {
    needsRevision: true,
    default: ({ webhooks = [] }) => {
      for (const webhook of webhooks) {
        defaultWebhook(webhook)
        webhook.reinvocationPolicy ??= 'Never'
      }
    },
    validate: ({ metadata, webhooks }) => [...checkMetadata(metadata), ...checkWebhooks(webhooks)],
  },
})
