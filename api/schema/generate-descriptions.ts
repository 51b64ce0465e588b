// Writes descriptions.json, what Kubernetes says of its kinds and their fields, from the declarations of the packages
// kubernetes-models and @kubernetes-models/apimachinery, whose comments are Kubernetes' own prose (Apache-2.0):
//
//   npm install --no-save kubernetes-models@5.1.0
//   node --import tsx api/schema/generate-descriptions.ts node_modules/kubernetes-models node_modules/@kubernetes-models/apimachinery
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Description, Descriptions } from './descriptions.ts'
import { readDefinitions } from './schema.ts'

const tokens =
  /\/\*\*(?<comment>[\s\S]*?)\*\/|^export (?:interface|type) I(?<type>\w+)|^ {4}"(?<field>[^"]+)"\??:|^(?<end>\}|export type \{.* as I(?<exported>Io\w+),)/gm

const prose = (comment: string): string =>
  comment
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, ''))
    .filter(line => line !== '@deprecated')
    .join('\n')
    .replaceAll(/\\([*/])/g, '$1')
    .trim()

/** What one declaration says of its type, and the name that it is known by: `IoK8sApiCoreV1Pod`. */
export const describe = (
  declaration: string,
): readonly [name: string, description: Description] | undefined => {
  let about: string | undefined
  let comment: string | undefined
  let fields: Record<string, string> | undefined
  let inside = false
  for (const { groups = {} } of declaration.matchAll(tokens)) {
    if (groups.exported) return [groups.exported, { ...(about && { about }), ...(fields && { fields }) }]
    if (groups.comment !== undefined) {
      comment = prose(groups.comment)
      continue
    }
    if (groups.end) inside = false
    else if (groups.type && !about) {
      about = comment
      inside = true
    } else if (groups.field && inside && comment) fields = { ...fields, [groups.field]: comment }
    comment = undefined
  }
  return undefined
}

/** `io.k8s.api.core.v1.Pod` is `IoK8sApiCoreV1Pod`. */
const nameOf = (definition: string): string =>
  definition
    .split(/[.-]/)
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')

const generate = (folders: readonly string[]): Descriptions => {
  const found = new Map(
    folders.flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(file => file.endsWith('.d.ts'))
        .flatMap(file => {
          const described = describe(readFileSync(join(folder, file), 'utf8'))
          return described ? [described] : []
        }),
    ),
  )
  return Object.fromEntries(
    Object.keys(readDefinitions()).flatMap(definition => {
      const description = found.get(nameOf(definition))
      return description ? [[definition, description] as const] : []
    }),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('descriptions.json', import.meta.url))
  writeFileSync(file, `${JSON.stringify(generate(process.argv.slice(2)), null, 2)}\n`)
}
