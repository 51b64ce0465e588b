import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Kind } from '../../../api/kind.ts'
import { ServiceCIDR } from '../../../api/kinds/networking/service-cidr.ts'
import { RuntimeClass } from '../../../api/kinds/node/runtime-class.ts'
import { CSIDriver } from '../../../api/kinds/storage/csi-driver.ts'
import { CSINode } from '../../../api/kinds/storage/csi-node.ts'
import { VolumeAttachment } from '../../../api/kinds/storage/volume-attachment.ts'
import { VolumeAttributesClass } from '../../../api/kinds/storage/volume-attributes-class.ts'
import type { Resource } from '../../../api/resource.ts'
import { defaulted, wrongChange, wrongWith } from './admit.ts'
import { minimalOf } from './minimal.ts'

const metadata = { name: 'x' }
const least = <T extends Resource>(kind: Kind<T>, more: object = {}): T =>
  defaulted(kind, { metadata, ...minimalOf(kind), ...more } as never)

test('the defaults of a CSI driver', () => {
  assert.equal(least(CSIDriver).spec, {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
    seLinuxMount: false,
  })
  assert.equal(
    wrongChange(CSIDriver, least(CSIDriver, { spec: { attachRequired: false } }), least(CSIDriver)),
    ['spec.attachRequired: Invalid value: false: field is immutable'],
  )
  const tokenRequests = [{ audience: 'a', expirationSeconds: 5 }, { audience: 'a' }]
  assert.equal(wrongWith(CSIDriver, { metadata, spec: { tokenRequests, volumeLifecycleModes: ['X'] } }), [
    'spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
    'spec.tokenRequests[1].audience: Duplicate value: "a"',
    'spec.volumeLifecycleModes: Unsupported value: "X": supported values: "Persistent", "Ephemeral"',
  ])
})

test('the drivers of a node stay what they are, but for how many volumes they take', () => {
  const node = (driver: object) =>
    least(CSINode, { spec: { drivers: [{ name: 'Example.com', nodeID: 'n', ...driver }] } })
  assert.equal(wrongWith(CSINode, node({})), [])
  assert.equal(wrongWith(CSINode, node({ nodeID: '', allocatable: { count: -1 } })), [
    'spec.drivers[0].nodeID: Required value',
    'spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
  ])
  assert.equal(wrongChange(CSINode, node({ allocatable: { count: 7 } }), node({})), [])
  assert.match(
    wrongChange(CSINode, node({ nodeID: 'm' }), node({}))[0] ?? '',
    /^spec\.drivers: .* field is immutable$/,
  )
})

test('an attachment has one source, for ever', () => {
  const spec = { attacher: 'a', nodeName: 'n', source: {} }
  assert.equal(wrongWith(VolumeAttachment, { metadata, spec }), [
    'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
  ])
  const other = least(VolumeAttachment, { spec: { ...spec, source: { persistentVolumeName: 'b' } } })
  assert.match(wrongChange(VolumeAttachment, other, least(VolumeAttachment))[0] ?? '', 'field is immutable')
})

test('the parameters of a class are there, and stay', () => {
  assert.equal(wrongWith(VolumeAttributesClass, { metadata, driverName: '' }), [
    'driverName: Required value',
    'parameters: Required value: must contain at least one key/value pair',
  ])
  assert.equal(
    wrongChange(
      VolumeAttributesClass,
      least(VolumeAttributesClass, { parameters: { a: 'c' } }),
      least(VolumeAttributesClass),
    ),
    ['parameters: Forbidden: updates to parameters are forbidden.'],
  )
})

test('the handler of a runtime class is a label, and stays', () => {
  assert.match(
    wrongWith(RuntimeClass, { metadata, handler: 'a.b' })[0] ?? '',
    /^handler: Invalid value: "a.b"/,
  )
  assert.equal(wrongChange(RuntimeClass, least(RuntimeClass, { handler: 'i' }), least(RuntimeClass)), [
    'handler: Invalid value: "i": field is immutable',
  ])
})

test('the addresses of services: one block of each family, and one may be added', () => {
  const cidr = (...cidrs: string[]) => least(ServiceCIDR, { spec: { cidrs } })
  assert.equal(wrongWith(ServiceCIDR, cidr()), ['spec.cidrs: Required value: at least one CIDR required'])
  assert.equal(wrongWith(ServiceCIDR, cidr('10.0.0.0/33')), [
    'spec.cidrs[0]: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ])
  assert.equal(wrongWith(ServiceCIDR, cidr('10.0.0.0/8', 'fd00::/8')), [])
  assert.match(wrongWith(ServiceCIDR, cidr('10.0.0.0/8', '10.0.0.0/9'))[0] ?? '', 'no more than one IP')
  assert.equal(wrongChange(ServiceCIDR, cidr('10.0.0.0/8', 'fd00::/8'), cidr('10.0.0.0/8')), [])
  assert.equal(wrongChange(ServiceCIDR, cidr('10.0.0.0/9'), cidr('10.0.0.0/8')), [
    'spec.cidrs[0]: Invalid value: "10.0.0.0/9": field is immutable',
  ])
})

test.run()
