import { readFileSync } from 'node:fs'

/**
 * The messages of Kubernetes' own kinds, as a protobufjs descriptor. Options of a field tell how Go's JSON of it
 * differs from protobuf's: `(inline)`, its fields stand where it would stand; `(json)`, its name; `(zero)`, its zero
 * value is written, for it says something else than none. Read anew by each call: keep what you need of it. The file
 * lies beside the program, see bin/build.mjs.
 */
export const readProtobufDescriptor = (): object =>
  JSON.parse(readFileSync(new URL('protobuf.json', import.meta.url), 'utf8'))
