import { defineScalarTag, FAILSAFE_SCHEMA, mergeTag, NOT_RESOLVED, nullCoreTag } from 'js-yaml'

const truths: Readonly<Record<string, boolean>> = Object.fromEntries(
  [
    [true, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'],
    [false, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'],
  ].flatMap(([value, ...words]) => words.map(word => [word, value])),
)

const bool = defineScalarTag('tag:yaml.org,2002:bool', {
  implicit: true,
  implicitFirstChars: [...'yYtToOnNfF'],
  resolve: text => (Object.hasOwn(truths, text) ? (truths[text] ?? false) : NOT_RESOLVED),
  identify: () => false,
})

const radixes: Readonly<Record<string, number>> = { '0x': 16, '0b': 2, '0o': 8 }

const integer = (text: string): number | typeof NOT_RESOLVED => {
  const plain = text.replaceAll('_', '').toLowerCase()
  const [, sign, digits = ''] = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o?[0-7]+|0|[1-9][0-9]*)$/.exec(plain) ?? []
  if (sign === undefined) return NOT_RESOLVED
  const radix = radixes[digits.slice(0, 2)]
  const size = radix
    ? Number.parseInt(digits.slice(2), radix)
    : Number.parseInt(digits, digits.startsWith('0') ? 8 : 10)
  return sign === '-' && size !== 0 ? -size : size
}

/** `0644` is in octal digits, as those who write modes of files mean it. */
const int = defineScalarTag('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'+-0123456789'],
  resolve: integer,
  identify: () => false,
})

/** Those that JSON has no number for are text. */
const float = defineScalarTag('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'+-.0123456789'],
  resolve(text) {
    const plain = text.replaceAll('_', '')
    const isNumber = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)
    return isNumber && Number.isFinite(Number(plain)) ? Number(plain) : NOT_RESOLVED
  },
  identify: () => false,
})

/**
 * What plain words of YAML are to Go's decoder, which kube-apiserver reads with: YAML 1.1's truth values, octal numbers
 * and merge keys; neither times nor numbers to the base 60.
 */
export const goSchema = FAILSAFE_SCHEMA.withTags(nullCoreTag, bool, int, float, mergeTag)
