import { type Flag, UsageError } from '../util/flags.ts'
import type { KeyPairFiles } from './key-pair.ts'

const optional = undefined as string | undefined

/** The flags of HTTPS, as kube-apiserver's. */
export const secureFlags = {
  secure_port: {
    default: optional,
    help: 'port for HTTPS, beside the other one; 0 takes a free one; left out: no HTTPS',
    value: 'number',
  },
  tls_cert_file: {
    default: optional,
    help: 'certificate for HTTPS in PEM, with those between it and its CA behind it; read again when it changes',
    value: 'file',
  },
  tls_private_key_file: { default: optional, help: 'its private key in PEM', value: 'file' },
} as const satisfies Record<string, Flag>

export interface Secure extends KeyPairFiles {
  readonly port: number
}

/** What the flags ask for; undefined is no HTTPS. Throws UsageError. */
export const secureOf = ({
  secure_port,
  tls_cert_file,
  tls_private_key_file,
}: Readonly<Record<keyof typeof secureFlags, string | undefined>>): Secure | undefined => {
  if (secure_port === undefined) {
    if (tls_cert_file === undefined && tls_private_key_file === undefined) return undefined
    throw new UsageError(
      'kubernetes-mesos: a certificate needs a port to be used on, for instance -secure_port=6443',
    )
  }
  const port = Number(secure_port)
  if (!/^\d+$/.test(secure_port) || port > 65_535) {
    throw new UsageError(
      `kubernetes-mesos: -secure_port needs the number of a port, not ${JSON.stringify(secure_port)}`,
    )
  }
  if (tls_cert_file === undefined || tls_private_key_file === undefined) {
    throw new UsageError(
      `kubernetes-mesos: -secure_port needs -tls_cert_file and -tls_private_key_file; this makes them: ${makeThem}`,
    )
  }
  return { port, certFile: tls_cert_file, keyFile: tls_private_key_file }
}

const makeThem =
  'openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=kubernetes-mesos ' +
  '-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem'
