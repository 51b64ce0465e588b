import { invalidValue } from '../../field-error.ts'
import { checkEach, type Errors, none } from '../../validation/values.ts'
import type { Container } from './types.ts'

export const pullPolicies = ['Always', 'IfNotPresent', 'Never']

/** When it is not said, only the latest image is looked for anew. */
export const pullPolicyOf = (image: string): 'Always' | 'IfNotPresent' =>
  isLatest(image) ? 'Always' : 'IfNotPresent'

/** No tag and no digest mean `latest`; a colon before a slash belongs to the registry's port. */
const isLatest = (image: string): boolean => {
  if (image.includes('@')) return false
  const tag = /:([^/:]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest'
}

/** What holds for the images of pods, but not for those of templates. */
export const checkImages = (field: string, containers: readonly Container[]): Errors =>
  checkEach(field, containers, checkImage)

export const checkImage = (field: string, { image }: Pick<Container, 'image'>): Errors =>
  image && image.trim() !== image
    ? [invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace')]
    : none
