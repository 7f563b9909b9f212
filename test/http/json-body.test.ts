import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseJsonBody } from '../../src/http/api/json-body.ts'
import { adminOperations } from '../../src/http/api/routes.ts'

const schema = z.strictObject({
  name: z.string(),
  'a/b~c': z.number().optional(),
  nested: z.strictObject({ list: z.array(z.string()) }).optional(),
})
interface Sent {
  readonly type?: string | null
  readonly headers?: Readonly<Record<string, string>>
}
const requestOf = (body: BodyInit, { type = 'application/json', headers = {} }: Sent = {}) => {
  const request = new Request('https://gw.test/admin/v1/x', { method: 'POST', body, headers })
  // A text brings a content type along.
  request.headers.delete('content-type')
  if (type !== null) request.headers.set('content-type', type)
  return request
}
const parse = (body: BodyInit, sent?: Sent) => parseJsonBody(requestOf(body, sent), schema)
const slugOf = async (body: BodyInit, sent?: Sent) => {
  const parsed = await parse(body, sent)
  return parsed.ok ? 'accepted' : parsed.error.slug
}
const errorsOf = async (body: unknown) => {
  const parsed = await parse(JSON.stringify(body))
  return parsed.ok ? [] : parsed.error.errors
}
const good = '{"name":"x"}'

describe('a body', () => {
  it('is read as its schema says', async () => {
    expect(await parse(good)).toEqual({ ok: true, value: { name: 'x' } })
  })
})

describe('its media type', () => {
  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json ; x=y',
    'application/merge-patch+json',
  ])('may be %j', async (type) => {
    expect(await slugOf(good, { type })).toBe('accepted')
  })

  it.each([
    null,
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/problem+json',
    'application/json, text/plain',
  ])('may not be %j', async (type) => {
    expect(await slugOf(good, { type })).toBe('unsupported-media-type')
  })

  it.each(['gzip', 'br', 'identity', ''])('may not come with the encoding %j', async (encoding) => {
    const headers = { 'content-encoding': encoding }
    expect(await slugOf(good, { headers })).toBe('unsupported-media-type')
  })
})

describe('its size', () => {
  const padded = (bytes: number) => `${' '.repeat(bytes - good.length)}${good}`
  const stream = (text: string) =>
    new Request('https://gw.test', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new ReadableStream({
        start(controller) {
          for (let at = 0; at < text.length; at += 1000) {
            controller.enqueue(new TextEncoder().encode(text.slice(at, at + 1000)))
          }
          controller.close()
        },
      }),
      duplex: 'half',
    } as RequestInit)

  it.each([
    [65_536, 'accepted'],
    [65_537, 'body-too-large'],
  ])('of %i bytes is %s, declared or in chunks', async (bytes, expected) => {
    const headers = { 'content-length': String(bytes) }
    expect(await slugOf(padded(bytes), { headers })).toBe(expected)
    const chunked = await parseJsonBody(stream(padded(bytes)), schema)
    expect(chunked.ok ? 'accepted' : chunked.error.slug).toBe(expected)
  })

  it('is refused unread where too much is declared', async () => {
    const request = requestOf('x', { headers: { 'content-length': '65537' } })
    const parsed = await parseJsonBody(request, schema)
    expect(parsed).toMatchObject({ ok: false, error: { slug: 'body-too-large' } })
    expect(request.bodyUsed).toBe(false)
  })

  it.each([
    [2000, 'unknown-field'],
    [2001, 'malformed-body'],
  ])('of %i members is %s', async (count, expected) => {
    const members = Array.from({ length: count }, (_, i) => [`m${i}`, 1])
    const body = { ...Object.fromEntries(members.slice(1)), name: 'x' }
    expect(await slugOf(JSON.stringify(body))).toBe(expected)
  })
})

describe('its JSON is strict', () => {
  it.each<[string, BodyInit]>([
    ['nothing', ''],
    ['white space', '  '],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['half an object', '{"name":"x"'],
    ['more after the object', '{"name":"x"}{}'],
    ['a trailing comma', '{"name":"x",}'],
    ['a comment', '{"name":"x"/**/}'],
    ['single quotes', "{'name':'x'}"],
    ['a name twice', '{"name":"x","name":"y"}'],
    ['a name twice, once escaped', '{"name":"x","n\\u0061me":"y"}'],
    ['a name twice, deep', '{"name":"x","nested":{"list":[],"list":[]}}'],
    ['a number that is infinite', '{"name":"x","a/b~c":1e999}'],
    ['NaN', '{"name":"x","a/b~c":NaN}'],
    ['a byte-order mark', '\ufeff{"name":"x"}'],
    ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['half a surrogate pair', '{"name":"x\\ud800"}'],
    ['the other half alone', '{"name":"\\udc00x"}'],
    ['both halves in the wrong order', '{"name":"\\ude00\\ud83d"}'],
    ['half a surrogate pair, deep', '{"name":"x","nested":{"list":["a",["\\uD83D"]]}}'],
    ['half a surrogate pair in a name', '{"name":"x","nested":{"\\ud800":1}}'],
    ['17 levels', `{"name":${'['.repeat(16)}1${']'.repeat(16)}}`],
  ])('%s is malformed', async (_, body) => {
    expect(await slugOf(body)).toBe('malformed-body')
  })

  it('of 16 levels is read', async () => {
    const body = `{"name":${'['.repeat(15)}1${']'.repeat(15)}}`
    expect(await slugOf(body)).toBe('validation-failed')
  })

  it.each(['\\ud83d\\ude00', '\u{1f600}', '\\\\ud800'])('of the text %s is read', async (text) => {
    expect(await parse(`{"name":"${text}"}`)).toMatchObject({ ok: true })
  })

  it('says why in words, and nothing of the body', async () => {
    const parsed = await parse('{"secret":1,"secret":2}')
    expect(parsed).toEqual({
      ok: false,
      error: { slug: 'malformed-body', detail: expect.stringMatching(/^[a-z A-Z:]+$/) },
    })
    expect(JSON.stringify(parsed)).not.toContain('secret')
  })
})

describe('fields', () => {
  it('that are not known are named by their pointers', async () => {
    const parsed = await parse(
      JSON.stringify({ name: 'x', id: 'sa_1', 'x/y~z': 1, nested: { list: [], b: 1 } }),
    )
    expect(parsed).toMatchObject({ ok: false, error: { slug: 'unknown-field' } })
    const pointers = parsed.ok ? [] : parsed.error.errors?.map(({ pointer }) => pointer)
    expect(pointers?.toSorted()).toEqual(['/id', '/nested/b', '/x~1y~0z'])
  })

  it.each<[string, unknown, string[]]>([
    ['missing', {}, ['/name']],
    ['of another type', { name: 7 }, ['/name']],
    ['null', { name: null }, ['/name']],
    ['deep', { name: 'x', nested: { list: ['a', 7] } }, ['/nested/list/1']],
    ['with a slash and a tilde in its name', { name: 'x', 'a/b~c': 'y' }, ['/a~1b~0c']],
    ['several', { nested: { list: 7 } }, ['/name', '/nested/list']],
  ])('that are wrong are named by their pointers: %s', async (_, body, pointers) => {
    expect(await slugOf(JSON.stringify(body))).toBe('validation-failed')
    expect((await errorsOf(body))?.map(({ pointer }) => pointer).toSorted()).toEqual(pointers)
  })

  it('that are wrong and unknown are named together', async () => {
    const body = { name: 7, id: 'sa_1' }
    expect(await slugOf(JSON.stringify(body))).toBe('validation-failed')
    expect((await errorsOf(body))?.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/id',
      '/name',
    ])
  })

  it('that objects inherit are not known either', async () => {
    expect(await slugOf('{"name":"x","constructor":1}')).toBe('unknown-field')
    expect(await slugOf('{"name":"x","__proto__":{"id":1}}')).toBe('unknown-field')
    expect(await slugOf('{"__proto__":{"name":"x"}}')).not.toBe('accepted')
  })
})

describe('what is wrong is said in our words', () => {
  const known = z.strictObject({
    name: z.string().min(1).max(3),
    seconds: z.number().int().min(60).max(3600).optional(),
    share: z.number().gt(0).lt(1).optional(),
    kind: z.enum(['a', 'b', 'c']).optional(),
    format: z.literal(1).optional(),
    on: z.boolean().optional(),
    list: z.array(z.string()).min(1).max(2).optional(),
    role: z.union([z.enum(['owner']), z.strictObject({ id: z.string() })]).optional(),
    display_name: z.string().optional(),
  })
  const said = async (body: object, schema: z.ZodType = known) => {
    const parsed = await parseJsonBody(requestOf(JSON.stringify(body)), schema)
    return parsed.ok ? [] : (parsed.error.errors ?? []).map(({ detail }) => detail)
  }
  const unknown = 'this field is not known here, or only the server sets it'

  it.each<[object, string]>([
    [{}, 'this member is required'],
    [{ name: null }, 'expected a text'],
    [{ name: '' }, 'expected at least 1 character'],
    [{ name: 'long' }, 'expected at most 3 characters'],
    [{ name: 'x', seconds: 59 }, 'expected at least 60'],
    [{ name: 'x', seconds: 3601 }, 'expected at most 3600'],
    [{ name: 'x', seconds: 60.5 }, 'expected an integer'],
    [{ name: 'x', seconds: '60' }, 'expected a number'],
    [{ name: 'x', share: 0 }, 'expected more than 0'],
    [{ name: 'x', share: 1 }, 'expected less than 1'],
    [{ name: 'x', kind: 'd' }, 'expected "a", "b" or "c"'],
    [{ name: 'x', format: 2 }, 'expected 1'],
    [{ name: 'x', on: 'yes' }, 'expected true or false'],
    [{ name: 'x', list: {} }, 'expected a list'],
    [{ name: 'x', list: [] }, 'expected at least 1 item'],
    [{ name: 'x', list: ['a', 'b', 'c'] }, 'expected at most 2 items'],
    [{ name: 'x', role: 7 }, 'expected "owner"; or expected an object'],
    [{ name: 'x', role: {} }, 'expected "owner"; or id: this member is required'],
    [{ name: 'x', displayName: 'y' }, `${unknown}; did you mean \`display_name\`?`],
    [{ name: 'x', nam: 'y' }, `${unknown}; did you mean \`name\`?`],
    [{ name: 'x', description: 'y' }, unknown],
  ])('%j: %s', async (body, expected) => {
    expect(await said(body)).toEqual([expected])
  })

  it('of each of several unknown ones', async () => {
    const body = { name: 'x', on_: 1, 'new\nline': 2, seconds_: 3 }
    expect(await said(body)).toEqual([
      `${unknown}; did you mean \`on\`?`,
      unknown,
      `${unknown}; did you mean \`seconds\`?`,
    ])
  })

  it('whatever an operation asks for', async () => {
    const foreign = /invalid|too (small|big)|unrecognized|received|>=|<=/i
    for (const { name, body } of adminOperations) {
      if (body === undefined) continue
      const described = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })
      const members = Object.keys(described.properties ?? {})
      for (const value of [7, -7, 1e300, 0.5, '', 'x'.repeat(2000), null, true, [], [7], {}]) {
        const spoiled = Object.fromEntries(members.map((each) => [each, value]))
        const details = await said({ ...spoiled, extra: 1 }, body)
        expect([name, value, details.filter((detail) => foreign.test(detail))]).toEqual([
          name,
          value,
          [],
        ])
      }
      expect([name, ...(await said({}, body)).filter((it) => foreign.test(it))]).toEqual([name])
    }
  })

  it('where to turn for the path of a namespace', async () => {
    const update = adminOperations.find(({ name }) => name === 'namespaces.update')
    const details = await said({ path: '/x', knd: 'y' }, update?.body)
    expect(details).toEqual([
      'a namespace gets another path by its `:move`, never by a PATCH',
      `${unknown}; did you mean \`kind\`?`,
    ])
  })
})

describe('an id of the wrong kind', () => {
  const detailsOf = async (name: string, body: object) => {
    const schema = adminOperations.find((operation) => operation.name === name)?.body ?? z.never()
    const parsed = await parseJsonBody(requestOf(JSON.stringify(body)), schema)
    return parsed.ok ? [] : (parsed.error.errors ?? []).map(({ detail }) => detail)
  }

  it('is told the right one', async () => {
    const body = { role_id: 'sa_1', namespace: '/x', principal: { type: 'group', id: 'role_1' } }
    expect(await detailsOf('role-bindings.create', body)).toEqual([
      'expected the id of a role, like role_0123abcd',
      'expected the id of a service account or group, like sa_0123abcd or grp_0123abcd',
    ])
    const account = { namespace: '/x', name: 'x', groups: ['x'], resource_server_ids: ['role_1'] }
    expect(await detailsOf('service-accounts.create', account)).toEqual([
      'expected the id of a resource server, like rs_0123abcd',
      'expected the id of a group, like grp_0123abcd',
    ])
  })
})
