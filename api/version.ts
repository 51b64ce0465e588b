/** The version of Kubernetes whose clients we are made for: kubectl warns of servers that are not near its own. */
export const gitVersion = 'v1.33.0+mesos'

const machine = process.arch === 'x64' ? 'amd64' : process.arch

/** This machine in the words of Go: `linux/amd64`. */
export const platform = { os: process.platform, arch: machine } as const
