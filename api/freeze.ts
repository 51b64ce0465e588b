/** Freezes the value and all that it holds, in place. What is frozen already is taken to be so all the way down. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) for (const each of value) deepFreeze(each)
  else for (const key in value) deepFreeze(value[key])
  return Object.freeze(value)
}
