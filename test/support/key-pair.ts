import { generate } from 'selfsigned'

export interface TestKeyPair {
  readonly cert: string
  readonly key: string
}

/** A certificate for 127.0.0.1 that is its own CA, and its key. */
export const testKeyPair = async (): Promise<TestKeyPair> => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'kubernetes-mesos' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  return { cert, key }
}
