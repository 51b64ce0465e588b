import { DUMP_SCHEMA, dump, type Schema } from 'js-yaml'

/**
 * YAML as Go's encoder writes it: lists not indented, long lines not folded. Text that is something else than text by
 * `schema` is quoted.
 */
export const toYaml = (value: unknown, schema: Schema = DUMP_SCHEMA): string =>
  dump(value, { schema, quoteStyle: 'double', seqNoIndent: true, lineWidth: -1, noRefs: true })
