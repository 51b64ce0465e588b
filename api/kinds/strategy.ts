import type { Draft, Resource } from '../resource.ts'
import { clearServerMetadata, keep, keepServerMetadata } from '../validation/metadata.ts'

/** For kinds whose status is written through /status only: a new object has `status` as its first one. */
export const prepareCreate =
  <T extends Resource>(status: (draft: Draft<T>) => Draft<T>['status']) =>
  (draft: Draft<T>): void => {
    clearServerMetadata(draft.metadata)
    draft.status = status(draft)
  }

/** Carries over the server's metadata, and the status. */
export const keepStatus = <T extends Resource & { status?: unknown }>(draft: T, old: T): void => {
  keepServerMetadata(draft.metadata, old.metadata)
  keep(draft, old, 'status')
}
