import type { Cluster } from '../support/cluster.ts'

/** One thing that a client does, against a system that only this client uses. */
export interface Case {
  readonly name: string
  /** The version of the client that brought it: an older one is not tried. */
  readonly since?: string
  run(cluster: Cluster, installation: Installation): Promise<void>
}

/** A client on this machine. */
export interface Installation {
  readonly version: string
  readonly path: string
}

/** A client of the API server that is not ours to change, and what it is to be able to do. */
export interface Client {
  readonly name: string
  readonly cases: readonly Case[]
  /** All that are on this machine; none where it is absent. */
  installations(): readonly Installation[]
}

/** The cases that this version of a client has. */
export const casesOf = (client: Client, version: string): Case[] =>
  client.cases.filter(({ since }) => !since || atLeast(version, since))

const atLeast = (version: string, least: string): boolean => {
  const numbers = (text: string) => text.split('.').map(part => Number.parseInt(part, 10) || 0)
  const [major = 0, minor = 0] = numbers(version)
  const [leastMajor = 0, leastMinor = 0] = numbers(least)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}
