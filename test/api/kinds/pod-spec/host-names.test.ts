import { test } from 'uvu'
import { testCases } from './wrong.ts'

testCases([
  [
    'all is left to a configuration that is not there',
    { dnsPolicy: 'None' },
    ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  ],
  [
    'all is left to a configuration without servers',
    { dnsPolicy: 'None', dnsConfig: { searches: ['A'] } },
    [
      'spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None',
    ],
  ],
  [
    'name servers',
    { dnsConfig: { nameservers: ['1.1.1.1', 'x', '2.2.2.2', '3.3.3.3'] } },
    [
      'spec.dnsConfig.nameservers: Invalid value: []string{"1.1.1.1", "x", "2.2.2.2", "3.3.3.3"}: must not have more than 3 nameservers',
      'spec.dnsConfig.nameservers[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  ],
  [
    'domains to look in',
    { dnsConfig: { searches: ['.', 'a.b.', '_x.a_b', 'A'] } },
    [
      "spec.dnsConfig.searches[3]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [
    'too many domains',
    {
      dnsConfig: {
        searches: [
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
          'a',
        ],
      },
    },
    [
      'spec.dnsConfig.searches: Invalid value: []string{"a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a"}: must not have more than 32 search paths',
    ],
  ],
  [
    'options without names',
    { dnsConfig: { options: [{ name: 'a' }, { value: 'b' }] } },
    ['spec.dnsConfig.options[1]: Required value: must not be empty'],
  ],
  [
    'names for addresses',
    { hostAliases: [{ ip: 'x', hostnames: ['A', 'ok'] }] },
    [
      'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      "spec.hostAliases[0].hostnames[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [
    'names of the pod',
    { hostname: 'a.b', subdomain: 'A', nodeName: 'A', serviceAccountName: 'A', activeDeadlineSeconds: 0 },
    [
      "spec.serviceAccountName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      "spec.nodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
      'spec.hostname: Invalid value: "a.b": must not contain dots',
      "spec.subdomain: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    'a name instead of another',
    {
      hostnameOverride: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      setHostnameAsFQDN: true,
      hostNetwork: true,
    },
    [
      'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
      'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
      'spec.hostnameOverride: Too long: may not be more than 64 bytes',
    ],
  ],
  [
    'no name instead of another',
    { hostnameOverride: '' },
    [
      "spec.hostnameOverride: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
])

test.run()
