import { redactText } from '../core/redact.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Failure } from './failure.ts'

const badInput = (message: string, next: string): Result<never, Failure> =>
  err({ code: 'bad_input', message, next })

// What somebody meant to be replaced by a value arrives as it was written, or as nothing.
const expression = /^\s*(?:\$\{\{.*|\$\{?\w+\}?|(?:vars|secrets|env|inputs|github)\.\w+|%\w+%)\s*$/

const unexpanded = (name: string, text: string): Result<never, Failure> | null => {
  if (text.trim() === '') {
    return badInput(
      `${name} is empty: the variable that it comes from has no value here`,
      'set the variable for this repository or environment, and check its spelling',
    )
  }
  if (!expression.test(text)) return null
  const shown = text.trim().slice(0, 60)
  return badInput(
    `${name} is the text "${shown}" itself, not the value of that variable`,
    /^\s*\w+\.\w/.test(text)
      ? `write \${{ ${text.trim()} }} in the workflow`
      : 'use it where the platform or the shell replaces it by its value',
  )
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

const likeUrl = 'expected something like https://gatehouse.example.com'

/**
 * Reads where the gateway is: an origin, https unless on this machine, because what is sent there is
 * a credential.
 */
export const readGatewayUrl = (text: string, name = 'url'): Result<string, Failure> => {
  const literal = unexpanded(name, text)
  if (literal !== null) return literal
  if (!URL.canParse(text)) {
    const missing = URL.canParse(`https://${text}`) && /^[\w.-]+(?::\d+)?\/?$/.test(text)
    return badInput(
      `${name} is not a URL, ${likeUrl}`,
      missing ? `write ${redactText(`https://${text}`)}` : `correct ${name}`,
    )
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    return badInput(`${name} carries a user name or password, ${likeUrl}`, 'remove it')
  }
  if (url.protocol === 'http:' && !loopback.has(url.hostname)) {
    return badInput(
      `${name} begins with http://, and anyone on the way could read the token`,
      `write https://${url.host}`,
    )
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return badInput(`${name} begins with ${url.protocol}, ${likeUrl}`, 'write https://')
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return badInput(`${name} goes on after the host, ${likeUrl}`, `write ${url.origin}`)
  }
  return ok(url.origin)
}

/** Reads the client id of a service account. */
export const readClientId = (text: string, name = 'client id'): Result<string, Failure> => {
  const literal = unexpanded(name, text)
  if (literal !== null) return literal
  if (/^sa_/.test(text)) {
    return badInput(
      `${name} is the id of an account, expected its client_id, which begins with cli_`,
      'read it with: gatehouse accounts get <name>',
    )
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(text)) {
    return badInput(
      `${name} holds a space, a line break or another character that no client id has`,
      'copy it again from: gatehouse accounts list',
    )
  }
  return ok(text)
}
