import * as assert from 'uvu/assert'
import type { Kubectl } from '../../support/kubectl.ts'
import type { KubectlCase } from './kubectl-case.ts'

/** `kubectl create <command>`, and the object that it says it has created. */
type Commands = readonly (readonly [command: string, created: string])[]

const commands: Commands = [
  ['deployment gen --image=busybox:1 --replicas=0', 'deployment.apps/gen'],
  ['configmap gen --from-literal=a=1', 'configmap/gen'],
  ['secret generic gen --from-literal=a=1', 'secret/gen'],
  ['secret docker-registry gen2 --docker-username=a --docker-password=b', 'secret/gen2'],
  ['service clusterip gen --tcp=80:8080', 'service/gen'],
  ['service nodeport gen2 --tcp=80:8080', 'service/gen2'],
  ['service loadbalancer gen3 --tcp=80', 'service/gen3'],
  ['service externalname gen4 --external-name=example.com', 'service/gen4'],
  ['job gen --image=busybox:1', 'job.batch/gen'],
  ['role gen --verb=get,list --resource=pods,pods/status', 'role.rbac.authorization.k8s.io/gen'],
  ['rolebinding gen --role=gen --user=u', 'rolebinding.rbac.authorization.k8s.io/gen'],
  ['quota gen --hard=pods=10,cpu=1', 'resourcequota/gen'],
  ['serviceaccount gen', 'serviceaccount/gen'],
  ['ingress gen --rule=example.com/*=gen:80', 'ingress.networking.k8s.io/gen'],
]

/** kubectl of 1.20 asks for beta versions of these, which we do not serve. */
const newer: Commands = [
  ['cronjob gen --image=busybox:1 --schedule=@daily', 'cronjob.batch/gen'],
  ['job gen2 --from=cronjob/gen', 'job.batch/gen2'],
  ['poddisruptionbudget gen --selector=app=gen --min-available=1', 'poddisruptionbudget.policy/gen'],
]

/** The same for what is in no namespace. */
const clusterWide = (name: string): Commands => [
  [`namespace ${name}-gen`, `namespace/${name}-gen`],
  [`clusterrole ${name} --verb=get --resource=nodes`, `clusterrole.rbac.authorization.k8s.io/${name}`],
  [
    `clusterrolebinding ${name} --clusterrole=${name} --group=g`,
    `clusterrolebinding.rbac.authorization.k8s.io/${name}`,
  ],
  [`priorityclass ${name} --value=10`, `priorityclass.scheduling.k8s.io/${name}`],
]

const create = async (kubectl: Kubectl, all: Commands): Promise<void> => {
  for (const [command, created] of all) {
    assert.is(await kubectl.ok('create', ...command.split(' ')), `${created} created\n`)
    await kubectl.ok('describe', created)
  }
  // What was made last may be owned by what was made first, and would go with it.
  const deleted = await kubectl.ok('delete', '--wait=false', ...all.map(([, created]) => created).reverse())
  assert.is(deleted.match(/ deleted/g)?.length, all.length)
}

export const generators: readonly KubectlCase[] = [
  {
    name: 'create deployment, configmap, secret, service, job, role, rolebinding, quota, serviceaccount, ingress',
    run: kubectl => create(kubectl, commands),
  },
  {
    name: 'create cronjob, job --from, poddisruptionbudget',
    since: '1.21',
    run: kubectl => create(kubectl, newer),
  },
  {
    name: 'create namespace, clusterrole, clusterrolebinding, priorityclass',
    run: kubectl => create(kubectl.clusterWide, clusterWide(kubectl.namespace)),
  },
]
