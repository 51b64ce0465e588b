import { gitVersion, platform } from '../../api/version.ts'

/** What `/version` answers. */
export const version = {
  major: '1',
  minor: '33',
  gitVersion,
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${platform.os}/${platform.arch}`,
}
