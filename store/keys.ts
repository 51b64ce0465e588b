/** Every key begins with a slash, so that a prefix which ends with one can be turned into a range. */
export const checkKey = (key: string): void => {
  if (!key.startsWith('/')) throw new TypeError(`key ${JSON.stringify(key)} does not begin with a slash`)
}

/** The prefixes of a store are folders: `/pods/` holds `/pods/a` and does not hold `/podsecurity`. */
export const checkPrefix = (prefix: string): void => {
  checkKey(prefix)
  if (!prefix.endsWith('/')) throw new TypeError(`prefix ${JSON.stringify(prefix)} does not end with a slash`)
}

/** The first key behind all keys under the prefix: `0` is the character after the slash. */
export const prefixEnd = (prefix: string): string => `${prefix.slice(0, -1)}0`
