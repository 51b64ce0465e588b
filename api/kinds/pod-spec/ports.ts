import type { ContainerPort } from 'kubernetes-types/core/v1'
import { duplicate, invalidValue, required } from '../../field-error.ts'
import { portName } from '../../validation/names.ts'
import {
  checkEach,
  checkOneOf,
  checkPort,
  checkText,
  checkUnique,
  type Errors,
  errorsOf,
  none,
} from '../../validation/values.ts'
import type { Container } from './types.ts'

const protocols = ['SCTP', 'TCP', 'UDP']

export const checkPorts = (field: string, ports: readonly ContainerPort[]): Errors => {
  const names = new Set<string>()
  return checkEach(field, ports, (at, port) =>
    errorsOf(
      port.name && checkPortName(`${at}.name`, port.name, names),
      // The value is for v1beta1, which shows what is not enough.
      port.containerPort
        ? checkPort(`${at}.containerPort`, port.containerPort)
        : { ...required(`${at}.containerPort`), value: 0 },
      port.hostPort && checkPort(`${at}.hostPort`, port.hostPort),
      checkOneOf(`${at}.protocol`, port.protocol, protocols),
    ),
  )
}

const checkPortName = (field: string, name: string, names: Set<string>): Errors => {
  const errors = checkText(field, name, portName)
  if (errors !== none) return errors
  if (names.has(name)) return [duplicate(field, name)]
  names.add(name)
  return none
}

/** Containers that run at the same time cannot have the same port of the host. */
export const checkHostPorts = (field: string, containers: readonly Container[]): Errors => {
  if (!containers.some(({ ports }) => ports?.some(({ hostPort }) => hostPort))) return none
  const taken = containers.flatMap((container, i) =>
    (container.ports ?? []).flatMap(({ protocol, hostIP = '', hostPort }, j) =>
      hostPort
        ? [{ at: `${field}[${i}].ports[${j}].hostPort`, port: `${protocol}/${hostIP}/${hostPort}` }]
        : [],
    ),
  )
  return checkUnique(
    taken,
    ({ port }) => port,
    i => taken[i]?.at ?? field,
  )
}

/**
 * In the host's network a container's ports are those of the host. Pods have them filled in, templates (`isPod` is
 * false) may leave them out.
 */
export const checkHostNetworkPorts = (
  field: string,
  containers: readonly Container[],
  isPod: boolean,
): Errors =>
  checkEach(field, containers, (at, { ports = [] }) =>
    checkEach(`${at}.ports`, ports, (path, { hostPort = 0, containerPort }) =>
      hostPort === containerPort || (hostPort === 0 && !isPod)
        ? none
        : [
            invalidValue(
              `${path}.hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ],
    ),
  )
