#!/bin/sh
# Prints an access token for the ID token of this job. Needs POSIX sh, curl, sed; GATEHOUSE_URL and
# GATEHOUSE_CLIENT_ID; and GATEHOUSE_ID_TOKEN, or a GitHub job that may ask for one.
# Exit codes: 2 the URL is none, 4 no ID token, 5 refused, 8 the gateway is out of reach or is none.
set -eu +x # credentials go through pipes, never into arguments, which others on the machine see
: "${GATEHOUSE_URL:?is the origin of the gateway}" "${GATEHOUSE_CLIENT_ID:?is the client id of the account}"
GATEHOUSE_URL=${GATEHOUSE_URL%/}
say() { printf '%s\n' "$@" | LC_ALL=C tr -c '\040-\176\n' '?' >&2; }
# The whole of it: http://127.0.0.1:1@evil.example is evil.example.
origin=$(printf '%s\n' "$GATEHOUSE_URL" | LC_ALL=C sed -n -e 's#^https://[A-Za-z0-9.-]*\(:[0-9]*\)\{0,1\}$#&#p' \
  -e 's#^http://127\.0\.0\.1\(:[0-9]*\)\{0,1\}$#&#p' -e 's#^http://localhost\(:[0-9]*\)\{0,1\}$#&#p')
[ "$origin" = "$GATEHOUSE_URL" ] || { say "GATEHOUSE_URL: expected https://host, got $GATEHOUSE_URL" && exit 2; }
id_token=${GATEHOUSE_ID_TOKEN:-}
if [ -z "$id_token" ] && [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
  id_token=$(printf 'header = "Authorization: Bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
    curl -q -sS --proto =https,http -m 20 --retry 3 -K - "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$GATEHOUSE_URL" |
    sed -n 's/.*"value" *: *"\([A-Za-z0-9._-]*\)".*/\1/p')
fi
[ -n "$id_token" ] || { say 'no ID token: set GATEHOUSE_ID_TOKEN, or give the job id-token: write' && exit 4; }
answer=$(printf %s "$id_token" | curl -q -sS --proto "=${GATEHOUSE_URL%%:*}" -m 20 --retry 3 --retry-connrefused \
  -w '\n%{http_code}' "$GATEHOUSE_URL/oauth/token" -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt --data-urlencode "client_id=$GATEHOUSE_CLIENT_ID" \
  --data-urlencode "scope=${GATEHOUSE_SCOPE:-}" --data-urlencode subject_token@-) || exit 8
status=$(printf '%s\n' "$answer" | sed -n '$p')
token=$(printf '%s\n' "$answer" | sed -n 's/.*"access_token" *: *"\([A-Za-z0-9._~+/=-]*\)".*/\1/p')
if [ "$status" != 200 ] || [ -z "$token" ]; then
  error=$(printf '%s\n' "$answer" | sed -n 's/.*"error" *: *"\([a-z_]*\)".*/\1/p')
  # What is no refusal is not shown: there may be a token in it.
  case $status$error in
    4??[a-z]*) say "refused: $error" ;;
    *) say "$GATEHOUSE_URL does not answer like a gateway, or is busy (HTTP $status)" && exit 8 ;;
  esac
  say "$(printf '%s\n' "$answer" | sed -n -e h -e 's/.*\("reason" *: *"[a-z_]*"\).*/\1/p' -e g \
    -e 's/.*\("failed_claims" *: *\[.*\]\).*/\1/p' -e g -e 's/.*\("decision_id" *: *"[A-Za-z0-9_]*"\).*/\1/p')"
  exit 5
fi
[ -z "${GITHUB_ACTIONS:-}" ] || echo "::add-mask::$token" >&2
printf '%s\n' "$token"
