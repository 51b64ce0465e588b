export { customKind } from './custom-kinds.ts'
export type { Entry } from './entry.ts'
export { followMetadata, type MetadataEvent, type MetadataFeed } from './follow-metadata.ts'
export { inBatches } from './in-batches.ts'
