import { expect, it } from 'vitest'
import { isTargetIdentifier } from '../../src/core/target-identifier.ts'

const https = 'https://api.acme.example'

it.each([
  https,
  `${https}/`,
  `${https}/v1/deploy`,
  `${https}/a%20b`,
  `${https}?v=1`,
  `${https}/v1?a=b&c=d`,
  `${https}:8443`,
  `${https}:8443/v1`,
  `${https}/~a_b-c.d!$&'()*+,;=:@`,
  'https://a',
  'https://127.0.0.1',
  'urn:gatehouse:admin',
  'urn:acme:deploy:eu',
  "urn:acme:a/b?c!$&'()*+,;=@%41",
  `urn:a:${'x'.repeat(249)}`,
])('takes %j', (text) => {
  expect(isTargetIdentifier(text)).toBe(true)
})

it.each([
  ['nothing', ''],
  ['plain http', 'http://api.acme.example'],
  ['another scheme', 'ftp://api.acme.example'],
  ['a scheme in capitals', 'HTTPS://api.acme.example'],
  ['a host in capitals', 'https://API.acme.example'],
  ['a host beyond ASCII', 'https://äpi.acme.example'],
  ['a host with an underscore', 'https://a_b.example'],
  ['no host', 'https:///v1'],
  ['no host at all', 'https://'],
  ['one slash', 'https:/api.acme.example'],
  ['a relative reference', '/v1'],
  ['no scheme', 'api.acme.example'],
  ['user-info', 'https://root@api.acme.example'],
  ['user-info with a password', 'https://root:x@api.acme.example'],
  ['a fragment', `${https}#top`],
  ['an empty fragment', `${https}/v1#`],
  ['an empty port', `${https}:`],
  ['a port of six digits', `${https}:844300`],
  ['a port of letters', `${https}:https`],
  ['an IPv6 literal', 'https://[::1]/'],
  ['a space', `${https}/a b`],
  ['a leading space', ` ${https}`],
  ['a newline at the end', `${https}\n`],
  ['a tab', `${https}/\t`],
  ['NUL', `${https}/\0`],
  ['a quote', `${https}/"`],
  ['a backslash', `${https}\\v1`],
  ['angle brackets', `${https}/<v1>`],
  ['braces', `${https}/{v1}`],
  ['text beyond ASCII', `${https}/é`],
  ['256 characters', `${https}/${'x'.repeat(231)}`],
  ['a URN without a namespace', 'urn::x'],
  ['a URN without a name', 'urn:acme:'],
  ['a URN of one part', 'urn:acme'],
  ['a URN with a fragment', 'urn:acme:x#y'],
  ['a URN with a space', 'urn:acme:x y'],
  ['a URN in capitals', 'URN:acme:x'],
  ['a URN whose namespace begins with a hyphen', 'urn:-a:x'],
  ['a URN with a newline at the end', 'urn:acme:x\n'],
])('refuses %s', (_, text) => {
  expect(isTargetIdentifier(text)).toBe(false)
})

it('takes 255 characters', () => {
  expect(isTargetIdentifier(`${https}/${'x'.repeat(230)}`)).toBe(true)
})
