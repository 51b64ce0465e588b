import type { CertificateSigningRequest as V1 } from 'kubernetes-types/certificates/v1'
import { duplicate, invalidValue, notSupported, required } from '../../field-error.ts'
import type { WithSpec } from '../../resource.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { dnsSubdomain } from '../../validation/names.ts'
import { checkUnique, type Errors } from '../../validation/values.ts'

type CertificateSigningRequest = WithSpec<V1>

/** Conditions of these types say what has become of a request. */
export const decisions = ['Approved', 'Denied'] as const

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]

export const checkRequest = ({ metadata, spec }: CertificateSigningRequest): Errors => {
  const { request, usages: wanted = [], signerName = '', expirationSeconds = 600 } = spec
  return [
    ...checkMetadata(metadata),
    ...(isPem(request, 'CERTIFICATE REQUEST')
      ? []
      : [invalidValue('spec.request', request || null, 'PEM block type must be CERTIFICATE REQUEST')]),
    ...(wanted.length > 0 ? [] : [required('spec.usages')]),
    ...wanted.flatMap((each, i) =>
      usages.includes(each) ? [] : [notSupported(`spec.usages[${i}]`, each, usages)],
    ),
    ...checkUnique(
      wanted,
      each => each,
      i => `spec.usages[${i}]`,
    ),
    ...checkSigner('spec.signerName', signerName),
    ...(expirationSeconds >= 600
      ? []
      : [
          invalidValue(
            'spec.expirationSeconds',
            expirationSeconds,
            'may not specify a duration less than 600 seconds (10 minutes)',
          ),
        ]),
  ]
}

/** Whether base64 holds a PEM block of a type, of something that may be DER: whoever signs reads the rest. */
const isPem = (base64: string | undefined, type: string): boolean => {
  const text = Buffer.from(base64 ?? '', 'base64').toString('latin1')
  const [, body] =
    new RegExp(`^-----BEGIN ${type}-----\\s+([A-Za-z0-9+/=\\s]+?)\\s+-----END ${type}-----`, 'm').exec(
      text,
    ) ?? []
  const sequence = 0x30
  return body !== undefined && Buffer.from(body, 'base64')[0] === sequence
}

/** `kubernetes.io/kubelet-serving`, `example.com/team.signer`. */
const checkSigner = (field: string, name: string): Errors => {
  if (!name) return [required(field)]
  if (name === 'kubernetes.io/legacy-unknown') {
    return [invalidValue(field, name, 'the legacy signerName is not allowed via this API version')]
  }
  const [domain = '', path, more] = name.split('/')
  if (path === undefined || more !== undefined || !domain.includes('.')) {
    return [
      invalidValue(
        field,
        name,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    ]
  }
  return [domain, path].flatMap(part => dnsSubdomain(part).map(message => invalidValue(field, part, message)))
}

export const checkStatus = ({ status = {} }: CertificateSigningRequest): Errors => {
  const { conditions = [], certificate } = status
  return [
    ...conditions.flatMap(({ type, status }, i) => {
      const field = `status.conditions[${i}]`
      const decides = [...decisions, 'Failed'].includes(type)
      const known = decides ? ['True'] : ['False', 'True', 'Unknown']
      return [
        ...(type ? [] : [required(`${field}.type`)]),
        ...(status
          ? known.includes(status)
            ? []
            : [notSupported(`${field}.status`, status, known)]
          : [required(`${field}.status`)]),
        ...(conditions.findIndex(each => each.type === type) < i ? [duplicate(`${field}.type`, type)] : []),
      ]
    }),
    ...(certificate && !isPem(certificate, 'CERTIFICATE')
      ? [
          invalidValue(
            'status.certificate',
            '<certificate data>',
            'must contain at least one CERTIFICATE PEM block',
          ),
        ]
      : []),
  ]
}
