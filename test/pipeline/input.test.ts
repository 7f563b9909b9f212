import { describe, expect, it } from 'vitest'
import { readClientId, readGatewayUrl } from '../../src/pipeline/input.ts'

describe('the URL of a gateway', () => {
  it.each([
    ['https://gateway.test', 'https://gateway.test'],
    ['https://gateway.test/', 'https://gateway.test'],
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787'],
    ['http://localhost:8787', 'http://localhost:8787'],
  ])('%s is one', (text, value) => {
    expect(readGatewayUrl(text)).toEqual({ ok: true, value })
  })

  it.each([
    ['', 'is empty', 'set the variable'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a workflow left as it was written
    ['vars.GATEHOUSE_URL', 'the text "vars.GATEHOUSE_URL" itself', '${{ vars.GATEHOUSE_URL }}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
    ['${{ vars.GATEHOUSE_URL }}', 'the text', 'replaces it'],
    ['$GATEHOUSE_URL', 'the text "$GATEHOUSE_URL" itself', 'replaces it'],
    ['gateway.test', 'not a URL', 'write https://gateway.test'],
    ['http://gateway.test', 'begins with http://', 'write https://gateway.test'],
    ['http://127.0.0.1.evil.test', 'begins with http://', 'https://'],
    ['ftp://gateway.test', 'begins with ftp:', 'https://'],
    ['https://gateway.test/oauth/token', 'goes on after the host', 'write https://gateway.test'],
    ['https://me:secret@gateway.test', 'carries a user name', 'remove it'],
  ])('%s is none', (text, message, next) => {
    const result = readGatewayUrl(text)
    expect(result).toMatchObject({
      error: {
        code: 'bad_input',
        message: expect.stringContaining(message),
        next: expect.stringContaining(next),
      },
    })
    expect(JSON.stringify(result)).not.toContain('secret@')
  })

  it('that is a token by mistake is not repeated', () => {
    const text = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.AAAA'
    expect(JSON.stringify(readGatewayUrl(text))).not.toContain('eyJ')
  })
})

describe('a client id', () => {
  it('is what the gateway gave', () => {
    expect(readClientId('cli_01abc')).toEqual({ ok: true, value: 'cli_01abc' })
    expect(readClientId('of-another-system:7')).toMatchObject({ ok: true })
  })

  it.each([
    ['', 'is empty'],
    ['vars.CLIENT', 'the text "vars.CLIENT" itself'],
    ['sa_01abc', 'the id of an account'],
    ['cli_01 abc', 'holds a space'],
  ])('%j is none', (text, message) => {
    expect(readClientId(text)).toMatchObject({
      error: { code: 'bad_input', message: expect.stringContaining(message) },
    })
  })
})
