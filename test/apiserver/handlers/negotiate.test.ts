import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { everyMedia, negotiate, type Offer, textMedia } from '../../../apiserver/handlers/negotiate.ts'

const protobuf = 'application/vnd.kubernetes.protobuf'
const json = 'application/json'
const partial = ';as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
const table = ';as=Table;g=meta.k8s.io;v=v1'
const forms: Offer = { ...everyMedia, forms: ['Table', 'PartialObjectMetadata'] }

const granted = (accept: string | undefined, offer: Offer = forms): string => {
  const { media, as = '' } = negotiate(accept, offer)
  return as ? `${media} ${as}` : media
}

test('protobuf is for those who like JSON less', () => {
  for (const [accept, media] of [
    [undefined, 'json'],
    ['*/*', 'json'],
    [protobuf, 'protobuf'],
    [`${protobuf};stream=watch`, 'protobuf'],
    [`${protobuf},${json}`, 'json'],
    [`${protobuf}, */*`, 'json'],
    [`${json},${protobuf}`, 'json'],
    [`${protobuf},${json};q=0.9`, 'protobuf'],
    [`${protobuf};q=0.9,${json}`, 'json'],
    [`${protobuf};q=0.5,${json};q=0.5`, 'json'],
    [`${protobuf},application/yaml`, 'protobuf'],
    [`application/yaml,${protobuf}`, 'yaml'],
    ['application/cbor,application/json', 'json'],
  ] as const) {
    assert.is(granted(accept), media, accept)
  }
})

test('JSON comes before protobuf in the same form only', () => {
  assert.is(granted(`${protobuf}${partial}`), 'protobuf PartialObjectMetadata')
  assert.is(granted(`${protobuf}${partial},${json}${partial},${json}`), 'json PartialObjectMetadata')
  assert.is(granted(`${protobuf}${partial},${json}`), 'protobuf PartialObjectMetadata')
  assert.is(granted(`${protobuf},${json}${partial}`), 'protobuf')
  assert.is(granted(`${protobuf}${table},${json}`), 'json')
})

const refused = (accept: string, offer: Offer, message: RegExp): void =>
  assert.throws(() => negotiate(accept, offer), message)

test('what cannot be had is told', () => {
  const every =
    /^only the .* accepted: application\/json, application\/yaml, application\/vnd.kubernetes.protobuf$/
  refused(protobuf, textMedia, every)
  refused(`${protobuf}${table}`, forms, every)
  refused(`${json}${table}`, everyMedia, every)
  refused(`${protobuf};q=0`, everyMedia, /^406: Not Acceptable$/)
  refused('text/plain', everyMedia, /^406: Not Acceptable$/)
  const stream: Offer = { ...forms, stream: true }
  refused(
    'application/yaml',
    stream,
    /: application\/json;stream=watch, application\/vnd.kubernetes.protobuf;stream=watch$/,
  )
  assert.is(granted(protobuf, stream), 'protobuf')
})

test('metadata alone of what has no messages itself', () => {
  const custom: Offer = { ...textMedia, forms: ['Table', 'PartialObjectMetadata'] }
  assert.is(granted(`${protobuf}${partial}`, custom), 'protobuf PartialObjectMetadata')
  assert.is(granted(`${protobuf},${json};q=0.1`, custom), 'json')
})

test.run()
