#!/bin/sh
# Prints an access token for the ID token of this job. Needs POSIX sh, curl, sed; GATEHOUSE_URL and
# GATEHOUSE_CLIENT_ID; and GATEHOUSE_ID_TOKEN, or a GitHub job that may ask for one.
# Exit codes: 4 no ID token, 5 refused, 8 the gateway is out of reach.
set -eu +x # credentials go through pipes, never into arguments, which others on the machine see
: "${GATEHOUSE_URL:?is the origin of the gateway}" "${GATEHOUSE_CLIENT_ID:?is the client id of the account}"
id_token=${GATEHOUSE_ID_TOKEN:-}
if [ -z "$id_token" ] && [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
  id_token=$(printf 'header = "Authorization: Bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
    curl -q -sS -m 20 --retry 3 -K - "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$GATEHOUSE_URL" |
    sed -n 's/.*"value" *: *"\([A-Za-z0-9._-]*\)".*/\1/p')
fi
[ -n "$id_token" ] || { echo 'no ID token: set GATEHOUSE_ID_TOKEN, or give the job id-token: write' >&2 && exit 4; }
answer=$(printf %s "$id_token" | curl -q -sS -m 20 --retry 3 --retry-connrefused "$GATEHOUSE_URL/oauth/token" \
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt --data-urlencode "client_id=$GATEHOUSE_CLIENT_ID" \
  --data-urlencode "scope=${GATEHOUSE_SCOPE:-}" --data-urlencode subject_token@-) || exit 8
token=$(printf %s "$answer" | sed -n 's/.*"access_token" *: *"\([A-Za-z0-9._~+/=-]*\)".*/\1/p')
[ -n "$token" ] || { printf 'refused: %s\n' "$answer" >&2 && exit 5; }
[ -z "${GITHUB_ACTIONS:-}" ] || echo "::add-mask::$token" >&2
printf '%s\n' "$token"
