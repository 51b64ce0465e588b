import type { Environment } from '@marcbachmann/cel-js'

/** An absolute URI, or an absolute path alone. */
class CelUrl {
  readonly #url: URL
  readonly #isPath: boolean

  constructor(text: string) {
    this.#isPath = text.startsWith('/')
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:|^\//.test(text) || /[\s]/.test(text)) {
      throw new TypeError(`URL parse error during conversion from string: parse ${JSON.stringify(text)}`)
    }
    this.#url = this.#isPath ? new URL(`path://host${text}`) : new URL(text)
  }

  get scheme(): string {
    return this.#isPath ? '' : this.#url.protocol.slice(0, -1)
  }

  get host(): string {
    return this.#isPath ? '' : this.#url.host
  }

  /** Without the brackets around an IPv6 address. */
  get hostname(): string {
    return this.#isPath ? '' : this.#url.hostname.replace(/^\[(.*)\]$/, '$1')
  }

  get port(): string {
    return this.#url.port
  }

  get path(): string {
    return this.#url.pathname
  }

  get query(): Map<string, string[]> {
    const { searchParams } = this.#url
    return new Map([...new Set(searchParams.keys())].map(key => [key, searchParams.getAll(key)]))
  }

  toString(): string {
    return this.#url.href
  }
}

const isUrl = (text: string): boolean => {
  try {
    return new CelUrl(text) !== undefined
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/** URLs, as Kubernetes' library of CEL has them. */
export const registerUrls = (env: Environment): void => {
  env
    .registerType('URL', CelUrl)
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('url(string): URL', (text: string) => new CelUrl(text))
    .registerOperator('URL == URL', (a: CelUrl, b: CelUrl) => String(a) === String(b))
    .registerFunction('URL.getScheme(): string', (url: CelUrl) => url.scheme)
    .registerFunction('URL.getHost(): string', (url: CelUrl) => url.host)
    .registerFunction('URL.getHostname(): string', (url: CelUrl) => url.hostname)
    .registerFunction('URL.getPort(): string', (url: CelUrl) => url.port)
    .registerFunction('URL.getEscapedPath(): string', (url: CelUrl) => url.path)
    .registerFunction('URL.getQuery(): map<string, list<string>>', (url: CelUrl) => url.query)
}
