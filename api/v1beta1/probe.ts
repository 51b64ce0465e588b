import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from 'kubernetes-types/core/v1'
import { omitEmpty, omitUndefined } from './omit.ts'
import { type Remarks, recall, remark } from './remarks.ts'
import type { LegacyContainer, LegacyHandler, LegacyHttpGet, LegacyProbe } from './shapes.ts'

type Port = number | string

/** v1 takes a string for a port's name, so digits become a number; the remark remembers the string. */
const fromPort = (port: Port | undefined, path: string, remarks: Remarks): Port => {
  const v1 = typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : (port ?? 0)
  remark(remarks, path, v1, port)
  return v1
}

/** v1 fills in the root where no path is said. */
const fromHttpGet = (get: LegacyHttpGet, path: string, remarks: Remarks): HTTPGetAction => {
  remark(remarks, `${path}/path`, get.path || '/', get.path)
  return omitUndefined({
    path: get.path || '/',
    port: fromPort(get.port, path, remarks),
    host: get.host || undefined,
  })
}

const toHttpGet = (get: HTTPGetAction, path: string, remarks: Remarks): LegacyHttpGet =>
  omitEmpty({
    path: recall(remarks, `${path}/path`, get.path),
    port: recall(remarks, path, get.port),
    host: get.host,
  })

export const fromProbe = (probe: LegacyProbe, path: string, remarks: Remarks): Probe =>
  omitUndefined({
    httpGet: probe.httpGet && fromHttpGet(probe.httpGet, path, remarks),
    tcpSocket: probe.tcpSocket && { port: fromPort(probe.tcpSocket.port, path, remarks) },
    exec: probe.exec,
    initialDelaySeconds: probe.initialDelaySeconds,
  })

export const toProbe = (probe: Probe, path: string, remarks: Remarks): LegacyProbe =>
  omitUndefined({
    httpGet: probe.httpGet && toHttpGet(probe.httpGet, path, remarks),
    tcpSocket: probe.tcpSocket && omitEmpty({ port: recall(remarks, path, probe.tcpSocket.port) }),
    exec: probe.exec && { command: probe.exec.command },
    initialDelaySeconds: probe.initialDelaySeconds || undefined,
  })

const fromHandler = (handler: LegacyHandler | undefined, path: string, remarks: Remarks) =>
  handler &&
  omitUndefined<LifecycleHandler>({
    exec: handler.exec,
    httpGet: handler.httpGet && fromHttpGet(handler.httpGet, path, remarks),
  })

const toHandler = (handler: LifecycleHandler | undefined, path: string, remarks: Remarks) =>
  handler &&
  omitUndefined<LegacyHandler>({
    exec: handler.exec && { command: handler.exec.command },
    httpGet: handler.httpGet && toHttpGet(handler.httpGet, path, remarks),
  })

export const fromLifecycle = (
  lifecycle: NonNullable<LegacyContainer['lifecycle']>,
  path: string,
  remarks: Remarks,
): Lifecycle =>
  omitUndefined({
    postStart: fromHandler(lifecycle.postStart, `${path}/postStart`, remarks),
    preStop: fromHandler(lifecycle.preStop, `${path}/preStop`, remarks),
  })

export const toLifecycle = (
  lifecycle: NonNullable<Container['lifecycle']>,
  path: string,
  remarks: Remarks,
): NonNullable<LegacyContainer['lifecycle']> =>
  omitUndefined({
    postStart: toHandler(lifecycle.postStart, `${path}/postStart`, remarks),
    preStop: toHandler(lifecycle.preStop, `${path}/preStop`, remarks),
  })
