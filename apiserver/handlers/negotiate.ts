import { notAcceptable, onlyAcceptable, type StatusError } from '../../api/errors.ts'

export type Media = 'json' | 'yaml' | 'protobuf'

export const contentTypes: Readonly<Record<Media, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
}

/** The forms of an object other than its own. */
export type Transform = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'

/** What a client takes: bytes of a media type, of the object itself or of another form of it. */
export interface Accepted {
  readonly media: Media
  readonly as?: Transform
  /** `meta.k8s.io/v1` or `meta.k8s.io/v1beta1`, of the other form. */
  readonly apiVersion?: string
}

/** A range of an Accept header, its parameters by their names in lower case. */
export interface MediaRange {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

const json: Accepted = { media: 'json' }

/** The ranges of an Accept header, those that the client likes best first. */
export const mediaRanges = (accept: string): readonly MediaRange[] => {
  const ranges = accept.split(',').map(text => {
    const [type = '', ...parameters] = text.split(';').map(part => part.trim())
    const pairs = parameters.map(each => {
      const [name = '', value = ''] = each.split('=', 2)
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')] as const
    })
    return { type: type.toLowerCase(), parameters: Object.fromEntries(pairs) }
  })
  return ranges.filter(range => qualityOf(range) > 0).sort((a, b) => qualityOf(b) - qualityOf(a))
}

const qualityOf = ({ parameters: { q } }: MediaRange): number => (q === undefined ? 1 : Number(q) || 0)

const mediaOf = (type: string): Media | undefined => {
  switch (type) {
    case 'application/json':
    case 'application/*':
    case '*/*':
      return 'json'
    case 'application/yaml':
      return 'yaml'
    case 'application/vnd.kubernetes.protobuf':
      return 'protobuf'
    default:
      return undefined
  }
}

/** What there is of an answer: its own form in some media, and other forms. */
export interface Offer {
  readonly media: readonly Media[]
  readonly forms?: readonly Transform[]
  /** The answer is a stream, of which the media tell so. */
  readonly stream?: boolean
}

const all: readonly Media[] = ['json', 'yaml', 'protobuf']

/** What has a kind of Kubernetes' own, and no other forms. */
export const everyMedia: Offer = { media: all }

/** What no client knows the messages of. */
export const textMedia: Offer = { media: ['json', 'yaml'] }

/** Tables are text only, metadata alone can be had in all media, custom resources' too. */
const offers = (
  { media: own, forms = [], stream }: Offer,
  media: Media,
  as: string | undefined,
): as is Transform | undefined => {
  if (stream && media === 'yaml') return false
  if (as === undefined) return own.includes(media)
  return forms.some(form => form === as) && !(as === 'Table' && media === 'protobuf')
}

const acceptedOf = (range: MediaRange, offer: Offer): Accepted | undefined => {
  const { as, g, v } = range.parameters
  const media = mediaOf(range.type)
  if (!media || !offers(offer, media, as)) return undefined
  if (as === undefined) return { media }
  return g === 'meta.k8s.io' && (v === 'v1' || v === 'v1beta1')
    ? { media, as, apiVersion: `${g}/${v}` }
    : undefined
}

/**
 * The first of the client's wishes that we can grant, if any. Only who likes JSON less is answered in protobuf: objects
 * are kept as JSON, which goes out as it is, and what is made for all others need not be made for one.
 */
export const preferred = (accept: string | undefined, offer: Offer): Accepted | undefined => {
  if (!accept || accept === contentTypes.json || accept === '*/*') return json
  const granted = mediaRanges(accept).flatMap(range => {
    const accepted = acceptedOf(range, offer)
    return accepted ? [{ ...accepted, quality: qualityOf(range) }] : []
  })
  const [first] = granted
  if (first?.media !== 'protobuf') return first
  const { as, apiVersion, quality } = first
  const inJson = granted.find(
    each =>
      each.media === 'json' && each.as === as && each.apiVersion === apiVersion && each.quality === quality,
  )
  return inJson ?? first
}

/** As `preferred`; throws NotAcceptable when there is none. */
export const negotiate = (accept: string | undefined, offer: Offer): Accepted => {
  const accepted = preferred(accept, offer)
  if (accepted) return accepted
  throw refusal(mediaRanges(accept ?? ''), offer)
}

/** In the words of kube-apiserver, whose router knows its media types and whose handlers what they can be used for. */
const refusal = (ranges: readonly MediaRange[], { stream }: Offer): StatusError => {
  if (!ranges.some(({ type }) => mediaOf(type))) return notAcceptable()
  return onlyAcceptable(
    stream
      ? [contentTypes.json, contentTypes.protobuf].map(type => `${type};stream=watch`)
      : all.map(media => contentTypes[media]),
  )
}
