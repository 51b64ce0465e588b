/** Whether the base64 text is an RFC 4122 UUID: 16 bytes with the right version and variant. Mesos refuses others. */
export const isUuid = (base64: string): boolean => {
  const bytes = Buffer.from(base64, 'base64')
  const version = (bytes[6] ?? 0) >> 4
  return bytes.length === 16 && version >= 1 && version <= 5 && ((bytes[8] ?? 0) & 0xc0) === 0x80
}

/** A new random UUID as Mesos' messages carry it: 16 bytes in base64. */
export const randomUuid = (): string =>
  Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex').toString('base64')
