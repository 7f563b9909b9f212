import { describe, expect, it } from 'vitest'
import { canonicalClaimName, claimValue } from '../../src/core/claims.ts'
import type { Json, JsonObject } from '../../src/core/json.ts'

const claims = JSON.parse(`{
  "sub": "x",
  "nothing": null,
  "a/b": "slash",
  "m~n": "tilde",
  "~1": "looks escaped",
  "": "empty",
  "kubernetes.io": { "namespace": "prod", "pod": { "uid": "u" }, "": { "x": 1 } },
  "kubernetes": { "io": "wrong one" },
  "groups": ["dev", "prod"],
  "list": [{ "a": 1 }],
  "text": "abc",
  "__proto__": { "repository_id": "1001" }
}`) as JsonObject

describe('claimValue', () => {
  const found: [string, string, Json][] = [
    ['a plain name', 'sub', 'x'],
    ['null is a value', 'nothing', null],
    ['AC-116 a name with a dot is one name', 'kubernetes.io', claims['kubernetes.io'] ?? null],
    ['AC-118 a plain name with a slash inside', 'a/b', 'slash'],
    ['AC-117 a pointer', '/kubernetes.io/namespace', 'prod'],
    ['a longer pointer', '/kubernetes.io/pod/uid', 'u'],
    ['a pointer to a top-level claim', '/sub', 'x'],
    ['AC-118 an escaped slash', '/a~1b', 'slash'],
    ['an escaped tilde', '/m~0n', 'tilde'],
    ['an escaped tilde before a digit', '/~01', 'looks escaped'],
    ['a tilde in a plain name', 'm~n', 'tilde'],
    ['the empty name', '/', 'empty'],
    ['an empty name below', '/kubernetes.io//x', 1],
    ['a pointer to a whole array', '/groups', ['dev', 'prod']],
    ['an own __proto__', '/__proto__/repository_id', '1001'],
  ]
  it.each(found)('finds %s: %s', (_, name, value) => {
    expect(claimValue(claims, name)).toEqual(value)
  })

  const absent: [string, string][] = [
    ['AC-116 dots as a path', 'kubernetes.io.namespace'],
    ['AC-116 dots as a path in a pointer', '/kubernetes.io.namespace'],
    ['another case', 'Sub'],
    ['a plain name as a path', 'kubernetes.io/namespace'],
    ['AC-118 an array index', '/groups/0'],
    ['an object inside an array', '/list/0/a'],
    ['the length of an array', '/groups/length'],
    ['the length of a string', '/text/length'],
    ['a character of a string', '/text/0'],
    ['below null', '/nothing/x'],
    ['an escape that is none', '/m~2n'],
    ['a tilde at the end', '/m~'],
    ['a pointer that goes on', '/sub/'],
    ['AC-051 through the prototype', 'repository_id'],
    ['AC-052 an inherited name', 'constructor'],
    ['AC-052 an inherited name by pointer', '/constructor/name'],
    ['an inherited method', 'toString'],
  ]
  it.each(absent)('does not find %s: %s', (_, name) => {
    expect(claimValue(claims, name)).toBeUndefined()
  })
})

describe('canonicalClaimName', () => {
  const names: [string, string][] = [
    ['iss', 'iss'],
    ['/iss', 'iss'],
    ['/oidc.circleci.com~1org-id', 'oidc.circleci.com/org-id'],
    ['/m~0n', 'm~n'],
    ['/a/b', '/a/b'],
    ['/~1a', '/~1a'],
    ['/~2', '/~2'],
  ]
  it.each(names)('%s is %s', (name, canonical) => {
    expect(canonicalClaimName(name)).toBe(canonical)
  })
})
