/** What Node says of a certificate that no CA it knows has signed. */
const untrusted: readonly (string | undefined)[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

/** Why a fetch failed. fetch says only that it did; why is in the cause, and there may be one for each address tried. */
export const fetchFailure = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return fetchFailure(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return fetchFailure(error.cause)
  const words = error.message || error.name
  return untrusted.includes((error as NodeJS.ErrnoException).code)
    ? `${words} (NODE_EXTRA_CA_CERTS=<file> names the CA to trust)`
    : words
}
