/** Text that is not in Mesos' form of credentials. */
class InvalidCredentials extends Error {
  override readonly name = 'InvalidCredentials'
}

interface Credential {
  readonly principal: string
  readonly secret: string
}

const isCredential = (value: unknown): value is Credential => {
  const { principal, secret } = (value ?? {}) as Partial<Credential>
  return typeof principal === 'string' && typeof secret === 'string'
}

/**
 * Secrets by principal, from what Mesos' `--credentials` names:
 * `{"credentials": [{"principal": "p", "secret": "s"}]}`. Throws InvalidCredentials.
 */
export const parseCredentials = (text: string): ReadonlyMap<string, string> => {
  const form = 'credentials are {"credentials": [{"principal": "...", "secret": "..."}]}'
  let list: unknown
  try {
    list = (JSON.parse(text) as { credentials?: unknown } | null)?.credentials
  } catch (cause) {
    throw new InvalidCredentials(`${form}; this is not JSON`, { cause })
  }
  if (!Array.isArray(list) || !list.every(isCredential)) throw new InvalidCredentials(form)
  return new Map(list.map(({ principal, secret }) => [principal, secret]))
}
