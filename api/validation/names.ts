/** What is wrong with a text; empty when nothing is. */
export type Check = (text: string) => readonly string[]

const nothing: readonly string[] = []

const pattern = (what: string, regex: string, ...examples: string[]): { regex: RegExp; message: string } => {
  const shown = examples.map(each => `'${each}', `).join(' or ')
  return {
    regex: new RegExp(`^(?:${regex})$`),
    message: `${what} (${shown ? `e.g. ${shown}` : ''}regex used for validation is '${regex}')`,
  }
}

/** All of the rules have to hold; each that does not is told of. */
const rules =
  (...all: readonly (readonly [holds: (text: string) => boolean, message: string])[]): Check =>
  text =>
    all.every(([holds]) => holds(text))
      ? nothing
      : all.filter(([holds]) => !holds(text)).map(([, message]) => message)

const check =
  (
    most: number,
    { regex, message }: ReturnType<typeof pattern>,
    unit: 'bytes' | 'characters' = 'characters',
  ): Check =>
  text =>
    text.length <= most && regex.test(text)
      ? nothing
      : [
          ...(text.length > most ? [`must be no more than ${most} ${unit}`] : []),
          ...(regex.test(text) ? [] : [message]),
        ]

const longestLabel = 63
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'

/** Names of most objects: a DNS subdomain as of RFC 1123. */
export const dnsSubdomain = check(
  253,
  pattern(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    `${label}(\\.${label})*`,
    'example.com',
  ),
)

const plainLabel = check(
  63,
  pattern(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    label,
    'my-name',
    '123-abc',
  ),
)

/** Names of containers, volumes and namespaces. */
export const dnsLabel: Check = text => {
  const wrong = plainLabel(text)
  return wrong === nothing || text.length > longestLabel || dnsSubdomain(text) !== nothing
    ? wrong
    : ['must not contain dots']
}

const underscored = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'

/** Domains that are looked for names in: some of what is in DNS has names of no host. */
export const underscoredSubdomain = check(
  253,
  pattern(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
    `${underscored}(\\.${underscored})*`,
    'example.com',
  ),
)

/** Names of services: they begin with a letter. */
export const dns1035Label = check(
  63,
  pattern(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    '[a-z]([-a-z0-9]*[a-z0-9])?',
    'my-name',
    'abc-123',
  ),
)

export const labelValue = check(
  63,
  pattern(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    `(${qualified})?`,
    'MyValue',
    'my_value',
    '12345',
  ),
  'bytes',
)

/** Names of HTTP headers. */
export const headerName = check(
  Number.POSITIVE_INFINITY,
  pattern(
    "a valid HTTP header must consist of alphanumeric characters or '-'",
    '[-A-Za-z0-9]+',
    'X-Header-Name',
  ),
)

/** What the environment of a process can hold. */
export const envName = rules([
  text => /^[ -<>-~]+$/.test(text),
  "a valid environment variable name must consist only of printable ASCII characters other than '='",
])

const configKeyPattern = check(
  253,
  pattern(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    '[-._a-zA-Z0-9]+',
    'key.name',
    'KEY_NAME',
    'key-name',
  ),
)

/** Keys of ConfigMaps and Secrets, which become names of files. */
export const configKey: Check = text => [
  ...configKeyPattern(text),
  ...(text === '.' ? ["must not be '.'"] : []),
  ...(text === '..' ? ["must not be '..'"] : text.startsWith('..') ? ["must not start with '..'"] : []),
]

/** What fits into a path, such as the names of roles. */
export const pathSegment: Check = text => [
  ...(text === '.' || text === '..' ? [`may not be '${text}'`] : []),
  ...['/', '%'].filter(each => text.includes(each)).map(each => `may not contain '${each}'`),
]

const qualifiedPattern = pattern(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualified,
  'MyName',
  'my.name',
  '123-abc',
)
const qualifiedPart = check(63, qualifiedPattern, 'bytes')

/** Label and annotation keys: a name, which a DNS subdomain and `/` may precede. */
export const qualifiedName: Check = text => {
  const slash = text.indexOf('/')
  if (slash !== text.lastIndexOf('/')) {
    return [
      `a valid label key ${qualifiedPattern.message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const prefix = slash < 0 ? undefined : text.slice(0, slash)
  const name = text.slice(slash + 1)
  const ofPrefix = prefix ? dnsSubdomain(prefix) : nothing
  const ofName = qualifiedPart(name)
  if (prefix !== '' && ofPrefix === nothing && ofName === nothing) return nothing
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...ofPrefix.map(each => `prefix part ${each}`),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...ofName.map(each => `name part ${each}`),
  ]
}

export const portName = rules(
  [text => text.length <= 15, 'must be no more than 15 characters'],
  [
    text => /^[-a-z0-9]+$/.test(text),
    'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  ],
  [text => /[a-z]/.test(text), 'must contain at least one letter (a-z)'],
  [text => !text.includes('--'), 'must not contain consecutive hyphens'],
  [text => !/^-|-$/.test(text), 'must not begin or end with a hyphen'],
)
