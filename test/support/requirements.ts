import { execFileSync, spawnSync } from 'node:child_process'

/** What the tests need beside npm's packages: a program or a file, and the Debian package that brings it. */
const requirements = [
  { needs: 'etcd', debian: 'etcd-server' },
  { needs: 'kubectl', debian: 'kubernetes-client' },
  { needs: 'java', debian: 'default-jre-headless' },
  { needs: '/usr/share/java/zookeeper.jar', debian: 'libzookeeper-java' },
  { needs: '/usr/lib/python3/dist-packages/kubernetes', debian: 'python3-kubernetes' },
  { needs: '/usr/share/rubygems-integration/all/gems/kubeclient-*', debian: 'ruby-kubeclient' },
]

const present = (needs: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${needs} || test -e ${needs}`], { stdio: 'ignore' }).status === 0

/** Installs what is missing with apt, and builds the bundled programs. */
export const install = async (): Promise<void> => {
  const missing = requirements.filter(({ needs }) => !present(needs)).map(({ debian }) => debian)
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
