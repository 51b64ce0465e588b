import { readFileSync } from 'node:fs'

/** What Kubernetes says of a type and of its fields, for people to read. */
export interface Description {
  readonly about?: string
  readonly fields?: Readonly<Record<string, string>>
}

/** By the full names of definitions, `io.k8s.api.core.v1.Pod`. */
export type Descriptions = Readonly<Record<string, Description>>

/**
 * The prose to the definitions. Read anew by each call: keep what you need of it. The file lies beside the program, see
 * bin/build.mjs; generate-descriptions.ts makes it.
 */
export const readDescriptions = (): Descriptions =>
  JSON.parse(readFileSync(new URL('descriptions.json', import.meta.url), 'utf8'))
