import { required } from '../../field-error.ts'
import { type Errors, none } from '../../validation/values.ts'
import type { Volume } from './types.ts'

export type VolumeType = Exclude<keyof Volume, 'name'>

/** How volumes of one type are checked. */
export interface SourceCheck {
  readonly type: VolumeType
  /** What an error calls it where there is another type before it. */
  readonly called: string
  /** What is wrong with such a volume; nothing when it is of another type. */
  check(field: string, volume: Volume): Errors
}

/** `called`: what errors call the type, where that is not its name. */
export const source = <K extends VolumeType>(
  type: K,
  check: (field: string, source: NonNullable<Volume[K]>) => Errors,
  called: { readonly inside?: string; readonly surplus?: string } = {},
): SourceCheck => ({
  type,
  called: called.surplus ?? type,
  check: (field, volume) => {
    const given = volume[type]
    return given ? check(`${field}.${called.inside ?? type}`, given) : none
  },
})

/** Of sources that are right when these members are given, texts or lists. */
export const needs =
  (...members: readonly string[]) =>
  (field: string, given: object): Errors => {
    const values = new Map<string, unknown>(Object.entries(given))
    const missing = members.filter(member => isEmpty(values.get(member)))
    return missing.length === 0 ? none : missing.map(member => required(`${field}.${member}`))
  }

const isEmpty = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0)
