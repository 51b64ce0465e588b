import type { Secret as V1 } from 'kubernetes-types/core/v1'
import { defineKind } from '../define.ts'
import { required } from '../field-error.ts'
import type { Draft, Served } from '../resource.ts'
import { checkMetadata } from '../validation/metadata.ts'
import { checkImmutable, type Errors } from '../validation/values.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { checkKeys, checkLocked, checkSize } from './key-values.ts'

export type Secret = Served<V1>

export const Secret = defineKind<Secret>({
  kind: 'Secret',
  plural: 'secrets',
  fields: { type: ({ type }) => type ?? '' },
  columns: [
    nameColumn(),
    column('Type', 'Used to facilitate programmatic handling of secret data.', ({ type }) => type ?? ''),
    column(
      'Data',
      'Data contains the secret data. Each key must consist of alphanumeric characters, "-", "_" or ".".',
      ({ data = {} }) => Object.keys(data).length,
    ),
    ageColumn(),
  ],
  strategy: {
    default: draft => {
      draft.type ||= 'Opaque'
      encode(draft)
    },
    validate: ({ metadata, type = '', data = {} }) => [
      ...checkMetadata(metadata),
      ...checkKeys('data', data),
      ...checkSize('data', Object.values(data), 'base64'),
      ...checkMembers(type, data),
      ...(type === tokenType && !metadata.annotations?.[account]
        ? [required(`metadata.annotations[${account}]`)]
        : []),
    ],
    validateUpdate: (next, old) => [
      ...checkImmutable('', next, old, ['type']),
      ...checkLocked(next, old, ['data']),
    ],
  },
})

const tokenType = 'kubernetes.io/service-account-token'
const account = 'kubernetes.io/service-account.name'

/** `stringData` is how plain text is written: it is never read back. Base64 may come with line breaks. */
const encode = (draft: Draft<Secret>): void => {
  const { data, stringData } = draft
  if (!data && !stringData) return
  draft.data = {}
  for (const [key, value] of Object.entries(data ?? {})) draft.data[key] = value.replaceAll(/[\r\n]/g, '')
  for (const [key, value] of Object.entries(stringData ?? {})) {
    draft.data[key] = Buffer.from(value).toString('base64')
  }
  delete draft.stringData
}

/** What a secret of a type has to hold. */
const members: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

const checkMembers = (type: string, data: Readonly<Record<string, string>>): Errors =>
  (members[type] ?? []).filter(key => !Object.hasOwn(data, key)).map(key => required(`data[${key}]`))
