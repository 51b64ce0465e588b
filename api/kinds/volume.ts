import { required } from '../field-error.ts'
import type { Resource } from '../resource.ts'
import { checkOneOf, type Errors } from '../validation/values.ts'

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

/** `RWO,ROX`. */
export const accessModesText = (accessModes: readonly string[] = []): string =>
  Object.entries(modes)
    .filter(([mode]) => accessModes.includes(mode))
    .map(([, text]) => text)
    .join()

export const checkAccessModes = (field: string, accessModes: readonly string[] = []): Errors =>
  accessModes.length === 0
    ? [required(field, 'at least 1 access mode is required')]
    : accessModes.flatMap(mode => checkOneOf(field, mode, Object.keys(modes).sort()))

interface Volume extends Resource {
  spec: { storageClassName?: string }
  status?: { phase?: string }
}

export const phaseText = ({ metadata, status }: Volume): string =>
  metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating'

/** The annotation is older than the field, and goes first. */
export const storageClassOf = ({ metadata, spec }: Volume): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? ''
