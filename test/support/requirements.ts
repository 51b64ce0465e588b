import { execFileSync, spawnSync } from 'node:child_process'

/** What the tests need beside npm's packages: the program, and the Debian package that brings it. */
const requirements = [
  { program: 'etcd', debian: 'etcd-server' },
  { program: 'kubectl', debian: 'kubernetes-client' },
]

const present = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0

/** Installs what is missing with apt, and builds the bundled programs. */
export const install = async (): Promise<void> => {
  const missing = requirements.filter(({ program }) => !present(program)).map(({ debian }) => debian)
  if (missing.length > 0) {
    console.log(`installing ${missing.join(' ')} with apt-get`)
    const sudo = process.getuid?.() === 0 ? [] : ['sudo']
    const apt = (...args: string[]) => {
      const [command, ...rest] = [
        ...sudo,
        'env',
        'DEBIAN_FRONTEND=noninteractive',
        'apt-get',
        '-q',
        '-y',
        ...args,
      ]
      execFileSync(command!, rest, { stdio: ['ignore', 'ignore', 'inherit'] })
    }
    apt('update')
    apt('install', '--no-install-recommends', ...missing)
  }
  execFileSync(process.execPath, ['bin/build.mjs'], { stdio: 'inherit' })
}
