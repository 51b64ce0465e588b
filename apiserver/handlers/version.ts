/** The version of Kubernetes whose clients we are made for: kubectl warns of servers that are not near its own. */
export const version = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.0+mesos',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
}
