import { isIPv4, isIPv6 } from 'node:net'

const matching =
  (regex: RegExp) =>
  (text: string): boolean =>
    regex.test(text)

const isCidr = (text: string): boolean => {
  const [address = '', prefix] = text.split('/')
  return Number(prefix) <= (isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1)
}

/** Formats of strings that are checked; others are taken as they come, as kube-apiserver does. */
export const formats: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['byte', matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)],
  ['date', text => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))],
  [
    'date-time',
    text =>
      /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text) &&
      !Number.isNaN(Date.parse(text)),
  ],
  ['email', matching(/^[^\s@]+@[^\s@]+$/)],
  [
    'hostname',
    matching(
      /^(?=.{1,255}$)[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$/,
    ),
  ],
  ['cidr', text => /^[^/]+\/\d{1,3}$/.test(text) && isCidr(text)],
  ['duration', matching(/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/)],
  ['hexcolor', matching(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)],
  ['mac', matching(/^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?$/i)],
  ['ipv4', isIPv4],
  ['ipv6', isIPv6],
  ['uri', URL.canParse],
  ['uuid', matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
])
