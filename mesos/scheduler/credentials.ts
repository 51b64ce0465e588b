/** Who we are to one that asks by HTTP basic. */
export interface Credentials {
  readonly principal: string
  readonly secret: string
}

/** The headers that say it; none for nobody. */
export const authorizationOf = (credentials: Credentials | undefined): Readonly<Record<string, string>> => {
  if (!credentials) return {}
  const { principal, secret } = credentials
  return { authorization: `Basic ${Buffer.from(`${principal}:${secret}`).toString('base64')}` }
}
