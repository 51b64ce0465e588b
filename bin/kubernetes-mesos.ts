import { resolve } from 'node:path'
import { defaultPortalNet, parseIPv4Net } from '../apiserver/allocation/ipv4-net.ts'
import { UsageError } from '../util/flags.ts'
import { bundledExecutor, startControlPlane } from './control-plane.ts'
import { logFlags, main } from './main.ts'
import { mesosFlags, mesosOf } from './mesos-flags.ts'
import { secureFlags, secureOf } from './secure-flags.ts'

const optional = undefined as string | undefined

const program = {
  name: 'kubernetes-mesos',
  summary: 'Kubernetes as a framework on Apache Mesos: API server, scheduler and controllers.',
  flags: {
    address: { default: '127.0.0.1', help: 'address to listen on; agents must reach it' },
    port: { default: 8888, help: 'port to listen on; 0 takes a free one' },
    read_only_port: { default: 0, help: 'port for reads alone, beside the other one; 0: none' },
    ...secureFlags,
    ...mesosFlags,
    etcd_servers: {
      default: optional,
      help: 'etcd to keep everything in; left out: an embedded store in the data folder',
      value: 'http://host:port[,...]',
    },
    data_dir: {
      default: '.data',
      help: 'folder for the embedded store and the embedded Mesos',
      value: 'folder',
    },
    local_agents: { default: 1, help: 'agents of the embedded Mesos' },
    local_resources: {
      default: optional,
      help: "what each agent of the embedded Mesos offers; left out: the machine's",
      value: 'cpus:4;mem:4096;ports:[31000-31999]',
    },
    executor_path: {
      default: bundledExecutor(),
      help: 'bundle of the executor that agents fetch',
      value: 'file',
    },
    executor_logv: { default: 0, help: '-v of the executor, whose log is in its sandbox' },
    default_container_cpu_limit: { default: 0.25, help: 'CPUs counted for a container that asks for none' },
    default_container_mem_limit: { default: 64, help: 'MiB counted for a container that asks for none' },
    controllers: {
      default: 'all',
      help: 'all: the controllers run in here, unless a controller-manager was faster; none: only there',
      value: 'all|none',
    },
    proxy_path: {
      default: optional,
      help: 'taken for the sake of old command lines; the proxy is not needed yet',
    },
    portal_net: {
      default: defaultPortalNet.cidr,
      help: 'addresses for services; the same for all that share a store',
      value: 'address/bits',
    },
    log_dir: {
      default: optional,
      help: 'folder that /logs/ shows to clients; left out: none',
      value: 'folder',
    },
    ...logFlags,
  },
} as const

const list = (text: string | undefined): string[] => text?.split(',').filter(Boolean) ?? []

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

await main(program, async (flags, log) => {
  const { controllers } = flags
  if (controllers !== 'all' && controllers !== 'none') {
    throw new UsageError(`kubernetes-mesos: -controllers is all or none, not ${controllers}`)
  }
  const mesos = mesosOf(flags)
  const portalNet = parseIPv4Net(flags.portal_net)
  if (!portalNet) {
    throw new UsageError(
      `kubernetes-mesos: -portal_net is an IPv4 network from /8 to /30, such as 10.10.10.0/24, not ${flags.portal_net}`,
    )
  }
  const etcdServers = list(flags.etcd_servers)
  const dataDir = resolve(flags.data_dir)
  const secure = secureOf(flags)
  const plane = await startControlPlane(
    {
      address: flags.address,
      port: flags.port,
      ...(secure && { secure }),
      dataDir,
      etcdServers,
      mesos,
      localAgents: flags.local_agents,
      localResources: flags.local_resources,
      executorPath: resolve(flags.executor_path),
      executorVerbosity: flags.executor_logv,
      defaultCpus: flags.default_container_cpu_limit,
      defaultMem: flags.default_container_mem_limit,
      controllers: controllers === 'all',
      portalNet,
      readOnlyPort: flags.read_only_port,
      ...(flags.log_dir !== undefined && { logDir: resolve(flags.log_dir) }),
    },
    log,
  )
  const embedded = mesos.master ? '' : `, embedded, ${plural(flags.local_agents, 'agent')}`
  const https = plane.secureUrl === undefined ? '' : `             ${plane.secureUrl}\n`
  process.stdout.write(`\
API server:  ${plane.url}
${https}\
Mesos:       ${plane.mesos}${embedded}
Store:       ${etcdServers.length > 0 ? etcdServers.join(',') : `${dataDir}, embedded`}

  export KUBERNETES_MASTER=${plane.url}
  npx kubecfg -c examples/pod-hello.json create pods
  npx kubecfg list pods
  curl ${plane.url}/api/v1beta1/pods

Ctrl-C stops it.
`)
  return {
    ended: plane.ended,
    close: async () => {
      const pods = await plane.runningPods()
      await plane.close()
      if (pods > 0) {
        const long = mesos.master ? 'will go on running' : 'will go on running for up to 15 minutes'
        process.stdout.write(`${plural(pods, 'pod')} ${long}: start again on the same data to manage them.\n`)
      }
    },
  }
})
