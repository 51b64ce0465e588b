import { type Parsed, parseFlags, UsageError } from '../util/flags.ts'
import { resources } from './resources.ts'

/** The original's flags, with their names and words. */
const program = {
  name: 'kubecfg',
  summary: '',
  flags: {
    h: { default: '', value: 'url', help: 'The host to connect to; else KUBERNETES_MASTER' },
    c: { default: '', value: 'file', help: 'Path or URL to the config file, or "-" for the standard input' },
    l: { default: '', value: 'selector', help: 'Selector (label query) to use for listing' },
    u: { default: '60s', value: 'time', help: 'Update interval period' },
    p: {
      default: '',
      value: 'ports',
      help: 'The port spec, comma-separated list of <external>:<internal>,...',
    },
    s: {
      default: -1,
      value: 'port',
      help: "If positive, create a service on this port, too; only used with 'run'",
    },
    image: {
      default: '',
      value: 'image',
      help: 'Image for rollingupdate; set in the first container of the pod template',
    },
    w: { default: false, help: 'After a list, go on to print what changes' },
    json: { default: false, help: 'If true, print raw JSON for responses' },
    yaml: { default: false, help: 'If true, print raw YAML for responses' },
    template: {
      default: '',
      value: 'text',
      help: 'If present, parse this string as a golang template and use it for output printing',
    },
    template_file: {
      default: '',
      value: 'file',
      help: 'If present, load this file as a golang template and use it for output printing',
    },
    ns: { default: '', value: 'name', help: 'If present, the namespace scope for this request' },
    ns_file: {
      default: '',
      value: 'file',
      help: 'Path to the namespace file; else .kubernetes_ns in the home folder',
    },
    verbose: { default: false, help: 'If true, print extra information' },
    server_version: { default: false, help: "Print the server's version number" },
    version: { default: false, help: 'Print version information and quit' },
  },
} as const

export type Flags = Parsed<typeof program.flags>['flags']

const options = (): string =>
  Object.entries<{ default: unknown; help: string; value?: string }>(program.flags)
    .map(([name, { value, help, default: fallback }]) => {
      const shown = fallback === '' || fallback === false ? '' : ` (default ${fallback})`
      return `  -${name}${value ? `=<${value}>` : ''}: ${help}${shown}\n`
    })
    .join('')

export const usage = (): string => `Usage: kubecfg [OPTIONS] <method>

  Kubernetes REST API:
  kubecfg [OPTIONS] get|list|create|delete|update <${resources.join('|')}>[/<id>]

  Manage replication controllers:
  kubecfg [OPTIONS] stop|rm <controller>
  kubecfg [OPTIONS] [-u <time>] [-image <image>] rollingupdate <controller>
  kubecfg [OPTIONS] resize <controller> <replicas>

  Launch a simple replication controller with a single container of the given image:
  kubecfg [OPTIONS] [-p <port spec>] [-s <service port>] run <image> <replicas> <controller>

  Manage namespace:
  kubecfg [OPTIONS] ns [<namespace>]

  Options (before the method; -x y, -x=y and --x=y are the same):
${options()}`

/** Reads the command line; throws UsageError. A last -h, which lacks its host, asks for help. */
export const parse = (argv: readonly string[]): Parsed<typeof program.flags> =>
  argv.at(-1) === '-h' ? { ...parseFlags(program, argv.slice(0, -1)), help: true } : parseFlags(program, argv)

export { UsageError }
