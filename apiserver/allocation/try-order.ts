/**
 * All numbers below `size` once, in the order to try them: from a random one on, so that servers and their requests
 * seldom want the same. The lowest ones come last; as in Kubernetes they are left to those who choose for themselves.
 */
export function* tryOrder(size: number, random: () => number = Math.random): Generator<number> {
  const low = size <= 16 ? 0 : Math.min(Math.max(16, size >> 4), 256)
  const open = size - low
  const start = Math.floor(random() * open)
  for (let i = 0; i < open; i++) yield low + ((start + i) % open)
  for (let i = 0; i < low; i++) yield i
}
