import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MalformedMasters, parseMasters } from '../../../../mesos/scheduler/detection/parse-masters.ts'

const urls = (text: string, tls?: boolean): string[] => {
  const parsed = parseMasters(text, tls)
  if (parsed.type !== 'list') throw new TypeError('a list was meant')
  return parsed.masters.map(String)
}

test('masters are named by host and port, or as URLs', () => {
  assert.equal(urls('m1:5050'), ['http://m1:5050/api/v1/scheduler'])
  assert.equal(urls('m1:5050, https://m2:5051,[::1]:5050'), [
    'http://m1:5050/api/v1/scheduler',
    'https://m2:5051/api/v1/scheduler',
    'http://[::1]:5050/api/v1/scheduler',
  ])
  assert.equal(urls('m1:5050,http://m2:5050', true), [
    'https://m1:5050/api/v1/scheduler',
    'http://m2:5050/api/v1/scheduler',
  ])
})

test('or by the ZooKeeper in which they elect their leader', () => {
  assert.equal(parseMasters('zk://h1:2181,h2:2181/mesos'), {
    type: 'zookeeper',
    servers: 'h1:2181,h2:2181',
    path: '/mesos',
  })
  assert.equal(parseMasters('zk://user:p%40ss@h1:2181/a/b'), {
    type: 'zookeeper',
    servers: 'h1:2181',
    path: '/a/b',
    digest: 'user:p@ss',
  })
})

for (const [text, why] of [
  ['', /"" is no host and port/],
  ['m1:5050,', /"" is no host and port/],
  ['m1:port', /"m1:port" is no host and port/],
  ['m1:5050/master', /"m1:5050\/master" is no host and port/],
  ['ftp://m1:5050', /ftp:\/\/ is not understood/],
  ['zk://h1:2181', /path of the election is missing/],
  ['zk://h1:2181/', /path of the election is missing/],
  ['zk://h1:2181/mesos/', /ends with a slash/],
  ['zk://h1:x/mesos', /"h1:x" is no host and port/],
] as const) {
  test(`${JSON.stringify(text)} is refused with what is wrong, and what is right`, () => {
    const error = (() => {
      try {
        parseMasters(text)
      } catch (error) {
        return error
      }
      return undefined
    })()
    assert.instance(error, MalformedMasters)
    assert.match((error as Error).message, why)
    assert.match((error as Error).message, 'zk://host:port,host:port/path')
  })
}

test.run()
