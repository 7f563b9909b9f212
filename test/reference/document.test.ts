import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { makeDocument } from '../../scripts/openapi/document.ts'
import { refuseChangingTrail } from '../../src/http/api/audit/audit-chain.ts'
import { changesSomething } from '../../src/http/api/operation.ts'
import { adminOperations } from '../../src/http/api/routes.ts'
import { routes } from '../../src/http/app.ts'
import { problemTypes } from '../../src/http/problem-types.ts'

const file = new URL('../../src/http/reference/openapi.json', import.meta.url)
const document = JSON.parse(readFileSync(file, 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, object>; schemas: Record<string, object> }
}

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string }[]
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: BodySchema } }
  }
}

interface BodySchema {
  readonly properties: Readonly<Record<string, object>>
  readonly required?: readonly string[]
}

const described = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation,
  })),
)

/** `/:name{pattern}` is `/{name}`, and `/:verb{secrets:reset}` is `/secrets:reset`. */
const segment = (text: string): string => {
  const [, name = '', pattern = ''] = /^:([a-z_]+)(?:\{(.*)\})?$/.exec(text) ?? []
  if (name === '') return text
  if (name === 'verb') return pattern
  const [, verb = ''] = /(:[a-z-]+)$/.exec(pattern) ?? []
  return `{${name}}${verb}`
}

const plain = (path: string): string => path.replace(/\/$/, '').split('/').map(segment).join('/')

describe('the OpenAPI document', () => {
  it('is a valid one of version 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document))
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
    expect(validator.version).toBe('3.1')
  })

  it('is what the operations say now', () => {
    expect(JSON.parse(JSON.stringify(makeDocument()))).toEqual(document)
  })

  it('describes a policy member by member, however it is sent', () => {
    const policies = '/admin/v1/service-accounts/{service_account_id}/trust-policies'
    const shape = (path: string, method: string) =>
      document.paths[path]?.[method]?.requestBody?.content['application/json'].schema
    const post = shape(policies, 'post')
    const put = shape(`${policies}/{trust_policy_id}`, 'put')
    const patch = shape(`${policies}/{trust_policy_id}`, 'patch')
    const members = Object.keys(post?.properties ?? {})
    expect(members).toContain('bound_claims')
    expect(put).toMatchObject({ required: ['name'], properties: post?.properties })
    expect(Object.keys(patch?.properties ?? {})).toEqual(expect.arrayContaining(members))
    // What a patch leaves out stays as it is.
    expect(patch).not.toHaveProperty('required')
    expect(JSON.stringify(patch)).not.toContain('"default"')
  })

  it('has every route that is mounted, and no other', () => {
    const mounted = routes.routes
      // What refuses to change the trail is no call that anybody would make.
      .filter(({ path, handler }) => path !== '/*' && handler !== refuseChangingTrail)
      // The endpoints of OAuth answer every method themselves, with 405.
      .map(({ method, path }) => `${method === 'ALL' ? 'POST' : method} ${plain(path)}`)
    const ours = described.map(({ method, path }) => `${method} ${path}`)
    expect(ours.toSorted()).toEqual([...new Set(mounted)].toSorted())
  })

  it('calls each operation by its own name', () => {
    const names = described.map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
    expect(adminOperations.filter(({ name }) => !names.includes(name))).toEqual([])
  })

  it('refers to nothing that is not there', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)
    const missing = [...references].filter(
      ([, path = '']) =>
        path
          .split('/')
          .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document) ===
        undefined,
    )
    expect(missing).toEqual([])
  })

  it('says which problems each operation may answer, by status', () => {
    for (const { operation, path } of described.filter(({ path }) => path.includes('/admin/'))) {
      const types = Object.values(operation.responses)
        .flatMap(({ $ref = '' }) => $ref.split('/').at(-1)?.split('.').slice(1) ?? [])
        .filter((type) => type !== '')
      expect(
        types.filter((type) => !Object.hasOwn(problemTypes, type)),
        path,
      ).toEqual([])
      expect(types).toContain('authentication-required')
      expect(types).toContain('dependency-unavailable')
    }
  })

  it('asks for If-Match where a change needs it, and offers a key for every POST', () => {
    const nameOf = ({ $ref = '' }) => $ref.split('/').at(-1)
    for (const operation of adminOperations.filter(changesSomething)) {
      const item = document.paths[operation.path]?.[operation.method.toLowerCase()]
      const parameters = item?.parameters?.map(nameOf) ?? []
      expect(parameters.includes('IfMatchRequired')).toBe(operation.etag === 'required')
      expect(parameters.includes('IdempotencyKey')).toBe(operation.method === 'POST')
    }
  })

  it('describes the matchers of policies, one within the other', () => {
    const matcher = JSON.stringify(document.components.schemas.Matcher)
    for (const operator of ['any_of', 'not', 'glob', 'contains', 'present']) {
      expect(matcher).toContain(`"required":["${operator}"]`)
    }
    expect(matcher).toContain('"items":{"$ref":"#/components/schemas/Matcher"}')
  })
})

it('tells nothing of the library that wrote its schemas', () => {
  const text = readFileSync(file, 'utf8')
  expect(text).not.toMatch(/starts_with|9007199254740991/)
})
