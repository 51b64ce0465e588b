import { test } from 'uvu'
import { container, testCases } from './wrong.ts'

testCases([
  [
    'no handler, and an empty one',
    container({ livenessProbe: {}, startupProbe: { exec: { command: [] } } }),
    [
      'spec.containers[0].livenessProbe: Required value: must specify a handler type',
      'spec.containers[0].startupProbe.exec.command: Required value',
    ],
  ],
  [
    'the first handler is looked at, and the others are too many',
    container({
      livenessProbe: {
        exec: { command: ['a'] },
        httpGet: { port: 0 },
        tcpSocket: { port: 0 },
        grpc: { port: 0 },
      },
    }),
    [
      'spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type',
      'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
      'spec.containers[0].livenessProbe.grpc: Forbidden: may not specify more than 1 handler type',
    ],
  ],
  [
    'ports of handlers',
    container({
      livenessProbe: { httpGet: { port: 'A' } },
      readinessProbe: { tcpSocket: { port: 70000 } },
      startupProbe: { grpc: { port: 0 } },
    }),
    [
      'spec.containers[0].livenessProbe.httpGet.port: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].livenessProbe.httpGet.port: Invalid value: "A": must contain at least one letter (a-z)',
      'spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].startupProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'requests',
    container({
      livenessProbe: { httpGet: { port: 1, scheme: 'X', httpHeaders: [{ name: 'a b', value: '' }] } },
    }),
    [
      'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "X": supported values: "HTTP", "HTTPS"',
      "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
    ],
  ],
  [
    'numbers of a probe',
    container({
      livenessProbe: {
        exec: { command: ['a'] },
        initialDelaySeconds: -1,
        timeoutSeconds: -1,
        periodSeconds: -1,
        successThreshold: -1,
        failureThreshold: -1,
        terminationGracePeriodSeconds: 0,
      },
    }),
    [
      'spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.timeoutSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.failureThreshold: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: -1: must be 1',
    ],
  ],
  [
    'readiness may take more than one success, but ends nothing',
    container({
      readinessProbe: { exec: { command: ['a'] }, successThreshold: 2, terminationGracePeriodSeconds: 5 },
      startupProbe: { exec: { command: ['a'] }, successThreshold: 2 },
    }),
    [
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes',
      'spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1',
    ],
  ],
  [
    'a sleep that is longer than the end may take',
    container(
      { lifecycle: { preStop: { sleep: { seconds: 5 } }, postStart: { sleep: { seconds: -1 } } } },
      { terminationGracePeriodSeconds: 2 },
    ),
    [
      'spec.containers[0].lifecycle.postStart.sleep: Invalid value: -1: must be non-negative and less than terminationGracePeriodSeconds (2)',
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 5: must be non-negative and less than terminationGracePeriodSeconds (2)',
    ],
  ],
])

test.run()
