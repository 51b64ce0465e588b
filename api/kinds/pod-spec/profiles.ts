import type { AppArmorProfile, SeccompProfile } from 'kubernetes-types/core/v1'
import { invalidValue, notSupported, required, Struct, tooLong } from '../../field-error.ts'
import { type Errors, errorsOf, none } from '../../validation/values.ts'
import { checkRelativePath } from './paths.ts'

const types = ['Localhost', 'RuntimeDefault', 'Unconfined']

/** What the containers may ask of the kernel. */
export const checkSeccomp = (field: string, { type, localhostProfile: profile }: SeccompProfile): Errors =>
  errorsOf(
    checkType(`${field}.type`, type, 'seccompProfile'),
    type === 'Localhost'
      ? profile === undefined
        ? required(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost')
        : checkRelativePath(`${field}.localhostProfile`, profile)
      : profile !== undefined &&
          // In the form of kube-apiserver's own objects, which have no JSON names.
          invalidValue(
            `${field}.localhostProfile`,
            new Struct({ Type: type ?? '', LocalhostProfile: profile }),
            'can only be set when seccomp type is Localhost',
          ),
  )

/** Longer paths no file has. */
const longestPath = 4095

/** What the containers may touch. */
export const checkAppArmor = (
  field: string,
  { type, localhostProfile: profile }: AppArmorProfile,
): Errors => {
  const at = `${field}.localhostProfile`
  switch (type) {
    case 'Localhost':
      return profile === undefined
        ? [required(at, 'must be set when AppArmor type is Localhost')]
        : checkLocal(at, profile)
    case 'RuntimeDefault':
    case 'Unconfined':
      return profile === undefined
        ? none
        : [invalidValue(at, profile, 'can only be set when AppArmor type is Localhost')]
    default:
      return checkType(`${field}.type`, type, 'appArmorProfile')
  }
}

const checkLocal = (field: string, profile: string): Errors =>
  errorsOf(
    profile.trim() !== profile && invalidValue(field, profile, 'must not be padded with whitespace'),
    profile === '' && required(field, 'must be set when AppArmor type is Localhost'),
    Buffer.byteLength(profile) > longestPath && tooLong(field, '', longestPath),
  )

const checkType = (field: string, type: string | undefined, profile: string): Errors => {
  if (!type) return [required(field, `type is required when ${profile} is set`)]
  return types.includes(type) ? none : [notSupported(field, type, types)]
}
