import { invalidValue, required } from '../field-error.ts'
import { dnsSubdomain } from './names.ts'
import { checkRange, type Errors } from './values.ts'

/** How a webhook is reached: by its URL, or as a service of the cluster. */
export interface WebhookClientConfig {
  readonly url?: string
  readonly service?: {
    readonly namespace?: string
    readonly name?: string
    readonly path?: string
    readonly port?: number
  }
}

export const checkWebhookClient = (field: string, config: WebhookClientConfig | undefined): Errors => {
  const { url, service } = config ?? {}
  if ((url === undefined) === (service === undefined)) {
    return [required(field, 'exactly one of url or service is required')]
  }
  return [
    ...(url === undefined ? [] : checkUrl(`${field}.url`, url)),
    ...(service ? checkService(`${field}.service`, service) : []),
  ]
}

const form = '; desired format: https://host[/path]'

const checkUrl = (field: string, text: string): Errors => {
  if (!URL.canParse(text)) {
    // A path alone is a URL to Go: it has no scheme and no host.
    return [
      invalidValue(field, '', `'https' is the only allowed URL scheme${form}`),
      invalidValue(field, '', `host must be specified${form}`),
    ]
  }
  const { protocol, host, username, password, hash, search } = new URL(text)
  const no = (value: string, what: string) => (value ? [invalidValue(field, value, what)] : [])
  return [
    ...(protocol === 'https:'
      ? []
      : [invalidValue(field, protocol.slice(0, -1), `'https' is the only allowed URL scheme${form}`)]),
    ...(host ? [] : [invalidValue(field, '', `host must be specified${form}`)]),
    ...no([username, password].filter(Boolean).join(':'), 'user information is not permitted in the URL'),
    ...no(hash.slice(1), 'fragments are not permitted in the URL'),
    ...no(search.slice(1), 'query parameters are not permitted in the URL'),
  ]
}

const checkService = (
  field: string,
  { namespace, name, path = '', port = 443 }: NonNullable<WebhookClientConfig['service']>,
): Errors => [
  ...(name ? [] : [required(`${field}.name`)]),
  ...(namespace ? [] : [required(`${field}.namespace`)]),
  ...checkRange(`${field}.port`, port, 1, 65535).map(error => ({
    ...error,
    detail: `port is not valid: ${error.detail}`,
  })),
  ...checkPath(`${field}.path`, path),
]

const checkPath = (field: string, path: string): Errors => {
  if (path === '' || path === '/') return []
  const wrong = (detail: string) => invalidValue(field, path, detail)
  const segments = path
    .slice(1)
    .replace(/(?<=.)\/$/, '')
    .split('/')
  return [
    ...(path.startsWith('/') ? [] : [wrong("must start with a '/'")]),
    ...segments.flatMap((segment, i) =>
      segment === ''
        ? [wrong(`segment[${i}] may not be empty`)]
        : dnsSubdomain(segment).map(message => wrong(`segment[${i}]: ${message}`)),
    ),
  ]
}
