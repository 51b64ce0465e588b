import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import type { Case, Client, Installation } from './client.ts'
import { installed } from './installed.ts'

/** Prometheus passes on what it has discovered every 5 seconds. */
const patience = 30_000

type Labels = Readonly<Record<string, string>>

/** What one role discovers: the labels, without `__meta_kubernetes_`, of the target that the object becomes. */
interface Discovery {
  readonly role: string
  /** The collection, and an object of it. */
  readonly path: string
  readonly object: { readonly metadata: { readonly name: string }; readonly [field: string]: unknown }
  readonly found: Labels
  /** A merge patch, and what it makes of the target. */
  readonly change: object
  readonly changed: Labels
}

const v1 = '/api/v1/namespaces/default'
const labelled = { metadata: { labels: { tier: 'front' } } }

const discoveries: readonly Discovery[] = [
  {
    role: 'node',
    path: '/api/v1/nodes',
    object: {
      metadata: { name: 'scraped' },
      status: { addresses: [{ type: 'InternalIP', address: '10.9.8.7' }] },
    },
    found: { node_name: 'scraped', node_address_InternalIP: '10.9.8.7' },
    change: labelled,
    changed: { node_name: 'scraped', node_label_tier: 'front' },
  },
  {
    role: 'pod',
    path: `${v1}/pods`,
    object: {
      metadata: { name: 'scraped' },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'main',
            image: 'local',
            command: ['sleep', '600'],
            ports: [{ name: 'web', containerPort: 80 }],
          },
        ],
      },
    },
    found: { pod_name: 'scraped', pod_phase: 'Running', pod_ready: 'true', pod_container_port_name: 'web' },
    change: labelled,
    changed: { pod_name: 'scraped', pod_label_tier: 'front' },
  },
  {
    role: 'service',
    path: `${v1}/services`,
    object: {
      metadata: { name: 'scraped' },
      spec: { ports: [{ name: 'web', port: 80 }] },
    },
    found: { service_name: 'scraped', service_port_name: 'web', service_port_number: '80' },
    change: labelled,
    changed: { service_name: 'scraped', service_label_tier: 'front' },
  },
  {
    role: 'endpoints',
    path: `${v1}/endpoints`,
    object: {
      metadata: { name: 'scraped' },
      subsets: [{ addresses: [{ ip: '10.9.8.7' }], ports: [{ name: 'web', port: 80 }] }],
    },
    found: { endpoints_name: 'scraped', endpoint_ready: 'true', endpoint_port_name: 'web' },
    change: { subsets: [{ notReadyAddresses: [{ ip: '10.9.8.7' }], ports: [{ name: 'web', port: 80 }] }] },
    changed: { endpoints_name: 'scraped', endpoint_ready: 'false' },
  },
  {
    role: 'endpointslice',
    path: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    object: {
      metadata: { name: 'scraped' },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.9.8.7'], conditions: { ready: true } }],
      ports: [{ name: 'web', port: 80 }],
    },
    found: { endpointslice_name: 'scraped', endpointslice_endpoint_conditions_ready: 'true' },
    change: { endpoints: [{ addresses: ['10.9.8.7'], conditions: { ready: false } }] },
    changed: { endpointslice_name: 'scraped', endpointslice_endpoint_conditions_ready: 'false' },
  },
  {
    role: 'ingress',
    path: '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
    object: {
      metadata: { name: 'scraped' },
      spec: { rules: [{ host: 'a.example' }] },
    },
    found: { ingress_name: 'scraped', ingress_host: 'a.example' },
    change: { spec: { rules: [{ host: 'b.example' }] } },
    changed: { ingress_name: 'scraped', ingress_host: 'b.example' },
  },
]

const send = async ({ url }: Cluster, method: string, path: string, body?: object): Promise<void> => {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const headers = { 'content-type': type }
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
}

/** A Prometheus that discovers by one role; `use` gets what lists the labels of all targets. */
const withPrometheus = async (
  { path }: Installation,
  role: string,
  cluster: Cluster,
  use: (targets: () => Promise<readonly Labels[]>) => Promise<void>,
): Promise<void> => {
  const dir = join(cluster.dir, `prometheus-${role}`)
  mkdirSync(dir)
  const config = join(dir, 'prometheus.yml')
  // What is dropped is discovered all the same, but never scraped.
  const job = {
    job_name: role,
    kubernetes_sd_configs: [{ role, api_server: cluster.url }],
    relabel_configs: [{ action: 'drop' }],
  }
  writeFileSync(config, JSON.stringify({ scrape_configs: [job] }))
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'data')}`]
  const child = spawn(path, [...flags, '--web.listen-address=127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  let output = ''
  child.stderr.on('data', chunk => (output += chunk))
  try {
    const address = await eventually('it listens', () => {
      if (child.exitCode !== null) throw new Error(output)
      return /address=(127\.0\.0\.1:[1-9]\d*)/.exec(output)?.[1]
    })
    await use(async () => {
      const response = await fetch(`http://${address}/api/v1/targets?state=dropped`)
      const { data } = (await response.json()) as {
        data: { droppedTargets: readonly { discoveredLabels: Labels }[] }
      }
      return data.droppedTargets.map(({ discoveredLabels }) => discoveredLabels)
    })
  } finally {
    child.kill()
    await ended
  }
}

const has = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[`__meta_kubernetes_${name}`] === value)

const discovering = ({ role, path, object, found, change, changed }: Discovery): Case => ({
  name: `kubernetes_sd_configs, role ${role}: appears, follows a change, goes`,
  run: (cluster, installation) =>
    withPrometheus(installation, role, cluster, async targets => {
      const one = `${path}/${object.metadata.name}`
      const discovered = (what: string, wanted: Labels, there = true) =>
        eventually(
          what,
          async () => (await targets()).some(labels => has(labels, wanted)) === there,
          patience,
        )
      await send(cluster, 'POST', path, object)
      await discovered('it appears', found)
      await send(cluster, 'PATCH', one, change)
      await discovered('its change is followed', changed)
      await send(cluster, 'DELETE', one)
      await discovered('it goes', changed, false)
    }),
})

const { PROMETHEUS: binary } = process.env

/** Its discovery of targets, where PROMETHEUS names one that is built with it. */
export const prometheus: Client = {
  name: 'Prometheus',
  cases: discoveries.map(discovering),
  installations: () => (binary ? installed(binary, ['--version'], /version (\d+\.\d+\.\d+)/) : []),
}
