import { readFileSync } from 'node:fs'

interface Identity {
  readonly uid: number
  readonly gid: number
}

/**
 * Who an executor runs as. Only root can become somebody else; started by anyone else, the agent ignores the user
 * and everything runs as its own. Throws for a user that the machine does not know.
 */
export const identityOf = (user: string | undefined): Identity | undefined => {
  if (!user || user === 'root' || process.getuid?.() !== 0) return undefined
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .find(([name]) => name === user)
  if (!entry) throw new Error(`Failed to get user information for '${user}'`)
  return { uid: Number(entry[2]), gid: Number(entry[3]) }
}
