import { notAcceptable } from '../../api/errors.ts'

export type Media = 'json' | 'yaml'

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
  const quality = ({ parameters: { q } }: MediaRange): number => (q === undefined ? 1 : Number(q) || 0)
  return ranges.filter(range => quality(range) > 0).sort((a, b) => quality(b) - quality(a))
}

const mediaOf = (type: string): Media | undefined => {
  if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json'
  return type === 'application/yaml' ? 'yaml' : undefined
}

const transforms: readonly string[] = [
  'Table',
  'PartialObjectMetadata',
  'PartialObjectMetadataList',
] satisfies Transform[]

const acceptedOf = (
  { type, parameters: { as, g, v } }: MediaRange,
  forms: readonly string[],
): Accepted | undefined => {
  const media = mediaOf(type)
  if (!media) return undefined
  if (as === undefined) return { media }
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1') || !forms.includes(as)) return undefined
  return { media, as: as as Transform, apiVersion: `${g}/${v}` }
}

/** The first of the client's wishes that we can grant; `forms` are those that the object has. Throws NotAcceptable. */
export const negotiate = (accept: string | undefined, forms: readonly string[] = transforms): Accepted => {
  if (!accept || accept === 'application/json' || accept === '*/*') return json
  for (const range of mediaRanges(accept)) {
    const accepted = acceptedOf(range, forms)
    if (accepted) return accepted
  }
  throw notAcceptable()
}
