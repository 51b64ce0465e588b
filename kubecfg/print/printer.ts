import { readFile } from 'node:fs/promises'
import { CORE_SCHEMA } from 'js-yaml'
import { toYaml } from '../../api/yaml.ts'
import { Failure } from '../failure.ts'
import type { Flags } from '../flags.ts'
import type { Json } from '../server.ts'
import { renderTemplate } from '../template/execute.ts'
import { TemplateError } from '../template/tokens.ts'
import { columnsOf } from './columns.ts'
import { internalForm } from './internal-form.ts'
import { table } from './table.ts'

/** Gives the text of an answer: an object, a list, or a Status. */
export type Printer = (answer: Json) => string

/** YAML as the original's, which knew of no times. */
export const yaml = (answer: Json): string => toYaml(internalForm(answer), CORE_SCHEMA)

/** A table as the original's: headings, a line, and a row for each object. */
const human: Printer = answer => {
  const kind = String(answer.kind)
  const columns = columnsOf(kind.replace(/List$/, ''))
  if (!columns) throw new Failure(`Failed to print: unknown type ${kind}; -json or -yaml prints any`)
  const { headings, cells } = columns
  const objects = kind.endsWith('List') ? (answer.items as Json[]) : [answer]
  return table([headings, headings.map(() => '----------'), ...objects.map(cells)])
}

const templatePrinter =
  (template: string): Printer =>
  answer => {
    try {
      return renderTemplate(template, answer)
    } catch (cause) {
      if (!(cause instanceof TemplateError)) throw cause
      throw new Failure(`Error in template: ${cause.message}`, { cause })
    }
  }

/** The printer that the flags ask for. */
export const printerOf = async (flags: Flags): Promise<Printer> => {
  if (flags.json) return answer => JSON.stringify(answer)
  if (flags.yaml) return yaml
  if (flags.template) return templatePrinter(flags.template)
  if (!flags.template_file) return human
  const text = await readFile(flags.template_file, 'utf8').catch((cause: Error) => {
    throw new Failure(`Error reading template ${flags.template_file}: ${cause.message}`, { cause })
  })
  return templatePrinter(text)
}
