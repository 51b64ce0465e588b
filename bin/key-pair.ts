import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { Observable } from 'rxjs'
import type { KeyPair } from '../apiserver/index.ts'
import type { Clock } from '../util/clock.ts'
import type { Logger } from '../util/logger.ts'

export interface KeyPairFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** Throws an Error that names the file which is at fault. */
export const readKeyPair = ({ certFile, keyFile }: KeyPairFiles): KeyPair => {
  const cert = readFileSync(certFile)
  const key = readFileSync(keyFile)
  const certificate = attempt(`${certFile} holds no certificate in PEM`, () => new X509Certificate(cert))
  const privateKey = attempt(`${keyFile} holds no private key in PEM`, () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(`the private key in ${keyFile} is not that of the certificate in ${certFile}`)
  }
  attempt(`TLS does not take ${certFile}`, () => createSecureContext({ cert, key }))
  return { cert, key }
}

const attempt = <T>(what: string, read: () => T): T => {
  try {
    return read()
  } catch (cause) {
    throw new Error(what, { cause })
  }
}

/** Between two looks at the files, milliseconds. */
const interval = 60_000

/**
 * The pairs that the files hold after `current`. A look may fall between the writing of the two files: what does not
 * fit together is told to the log, and looked at again.
 */
export const renewals = (
  files: KeyPairFiles,
  current: KeyPair,
  clock: Clock,
  logger: Logger,
): Observable<KeyPair> =>
  new Observable(subscriber => {
    let used = current
    let cancel = () => {}
    const look = (): void => {
      try {
        const pair = readKeyPair(files)
        if (!same(pair, used)) {
          used = pair
          logger.info('the certificate has been renewed', { file: files.certFile })
          subscriber.next(pair)
        }
      } catch (error) {
        logger.warn('the certificate cannot be read again, the one read before stays in use', { error })
      }
      lookLater()
    }
    const lookLater = (): void => {
      cancel = clock.after(interval, look)
    }
    lookLater()
    return () => cancel()
  })

const same = (a: KeyPair, b: KeyPair): boolean =>
  Buffer.from(a.cert).equals(Buffer.from(b.cert)) && Buffer.from(a.key).equals(Buffer.from(b.key))
