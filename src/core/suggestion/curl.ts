import type { JsonObject } from '../json.ts'

// What stands between double quotes in a shell and is nothing but itself.
const plain = /^[\w/{}.-]*$/

/**
 * A suggestion as a line for bash, or null where its path is no plain one: a gateway could otherwise
 * have commands pasted. The token goes through a file of the shell's, for others see arguments.
 */
export const curlOf = (path: string, body: JsonObject): string | null =>
  plain.test(path)
    ? [
        `curl -sS --fail-with-body "$GATEHOUSE${path}" -H "Content-Type: application/json" \\`,
        "  -H @<(printf 'Authorization: Bearer %s' \"$ADMIN\") --data @- <<'POLICY'",
        JSON.stringify(body, null, 2),
        'POLICY',
      ].join('\n')
    : null
