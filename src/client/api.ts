/** Written by npm run openapi. */

export interface paths {
  '/oauth/token': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'DPoP'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/x-www-form-urlencoded': { 'grant_type': ("urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials"); 'client_id'?: string; 'client_secret'?: string; 'client_assertion'?: string; 'client_assertion_type'?: string; 'subject_token'?: string; 'subject_token_type'?: string; 'requested_token_type'?: string; 'assertion'?: string; 'scope'?: string; 'resource'?: string; 'audience'?: string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'access_token': string; 'token_type': ("Bearer" | "DPoP"); 'expires_in': number; 'scope': string; 'issued_token_type'?: string } } }
      400: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      401: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      405: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      413: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      415: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      429: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      500: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
    }
  }
  }
  '/v1/serviceaccounts/token': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'DPoP'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/x-www-form-urlencoded': { 'grant_type': ("urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials"); 'client_id'?: string; 'client_secret'?: string; 'client_assertion'?: string; 'client_assertion_type'?: string; 'subject_token'?: string; 'subject_token_type'?: string; 'requested_token_type'?: string; 'assertion'?: string; 'scope'?: string; 'resource'?: string; 'audience'?: string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'access_token': string; 'token_type': ("Bearer" | "DPoP"); 'expires_in': number; 'scope': string; 'issued_token_type'?: string } } }
      400: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      401: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      405: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      413: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      415: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      429: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      500: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
    }
  }
  }
  '/api/m2m/oauth/token': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'DPoP'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/x-www-form-urlencoded': { 'grant_type': ("urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials"); 'client_id'?: string; 'client_secret'?: string; 'client_assertion'?: string; 'client_assertion_type'?: string; 'subject_token'?: string; 'subject_token_type'?: string; 'requested_token_type'?: string; 'assertion'?: string; 'scope'?: string; 'resource'?: string; 'audience'?: string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'access_token': string; 'token_type': ("Bearer" | "DPoP"); 'expires_in': number; 'scope': string; 'issued_token_type'?: string } } }
      400: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      401: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      405: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      413: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      415: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      429: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      500: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
    }
  }
  }
  '/oauth/introspect': {
  post: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/x-www-form-urlencoded': { 'token': string; 'token_type_hint'?: string; 'client_id'?: string; 'client_secret'?: string; 'client_assertion'?: string; 'client_assertion_type'?: string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'active': boolean } } }
      400: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      401: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      405: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      413: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      415: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      429: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      500: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
    }
  }
  }
  '/oauth/revoke': {
  post: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/x-www-form-urlencoded': { 'token': string; 'token_type_hint'?: string; 'client_id'?: string; 'client_secret'?: string; 'client_assertion'?: string; 'client_assertion_type'?: string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { [name: string]: unknown } } }
      400: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      401: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      405: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      413: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      415: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      429: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      500: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
    }
  }
  }
  '/oauth/pair': {
  post: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/x-www-form-urlencoded': { 'pairing_code': string; 'subject_token': string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'status': "paired"; 'claims': string[] } } }
      400: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      401: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      405: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      413: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      415: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      429: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      500: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
    }
  }
  }
  '/oauth/revocations': {
  get: {
    parameters: { 'query': { 'audience': string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/revocations+jwt': string } }
      304: { headers: { [name: string]: unknown }; content?: never }
      400: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      500: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['OAuthError'] } }
    }
  }
  }
  '/.well-known/oauth-authorization-server': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { [name: string]: unknown } } }
      304: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/.well-known/openid-configuration': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { [name: string]: unknown } } }
      304: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/.well-known/jwks.json': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'keys': { [name: string]: unknown }[] } } }
      304: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/healthz': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'status'?: "ok" } } }
    }
  }
  }
  '/readyz': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'status'?: "ready" } } }
      503: { headers: { [name: string]: unknown }; content: { 'application/json': { 'status'?: "unready"; 'checks'?: { [name: string]: unknown } } } }
    }
  }
  }
  '/openapi.json': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { [name: string]: unknown } } }
      304: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/schemas/trust-policy.v1.json': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/schema+json': { [name: string]: unknown } } }
      304: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/docs': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'text/html': string } }
      304: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/problems': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'text/html': string } }
      304: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/problems/{slug}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'slug': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ProblemType'] } }
      304: { headers: { [name: string]: unknown }; content?: never }
      404: { headers: { [name: string]: unknown }; content?: never }
    }
  }
  }
  '/admin/v1/namespaces': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'path'?: string; 'namespace'?: string; 'kind'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Namespace'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'path': string; 'kind'?: string; 'display_name'?: (string | null) } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Namespace'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.name-taken.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/namespaces/{namespace_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'namespace_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Namespace'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'namespace_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'display_name'?: (string | null); 'kind'?: string; 'enabled'?: boolean; 'named_tokens_max_days'?: (number | null); 'widening_needs_approval'?: boolean } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Namespace'] } }
      202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: never; 'path': { 'namespace_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.in-use']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/namespaces/{namespace_id}:move': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'namespace_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'path': string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Namespace'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.approval-required.idempotency-pending.idempotency-replay.issuer-exists.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/namespaces/{namespace_id}:export': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'namespace_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['StateOutput'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      413: components['responses']['413.body-too-large']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/namespaces/{namespace_id}:apply': {
  post: {
    parameters: { 'query'?: { 'dry_run'?: boolean; 'prune'?: boolean }; 'header': { 'If-Match': string; 'Idempotency-Key'?: string }; 'path': { 'namespace_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': components['schemas']['State'] } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['StatePlan'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.approval-required.idempotency-pending.idempotency-replay.identifier-taken.in-use.issuer-disabled.issuer-exists.last-owner.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.ambiguous-subject.example-failed.idempotency-mismatch.immutable-id-required.invalid-issuer.invalid-reference.issuer-mismatch.issuer-unreachable.non-canonical-value.policy-too-broad.preset-required.unknown-field.unsafe-wildcard.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/resource-servers': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'name'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['ResourceServer'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'namespace': string; 'identifier': string; 'name': string; 'permissions': string[]; 'token_ttl_seconds'?: number } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ResourceServer'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.identifier-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/resource-servers/{resource_server_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'resource_server_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ResourceServer'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string }; 'path': { 'resource_server_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name'?: string; 'permissions'?: string[]; 'token_ttl_seconds'?: number } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ResourceServer'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.in-use']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: { 'If-Match'?: string }; 'path': { 'resource_server_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.in-use']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/roles': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'name'?: string; 'resource_server_id'?: string; 'assignable_to'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Role'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.invalid-reference.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'namespace': string; 'name': string; 'display_name'?: (string | null); 'resource_server_id': string; 'permissions': string[] } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Role'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/roles/{role_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'role_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Role'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  put: {
    parameters: { 'query'?: never; 'header': { 'If-Match': string }; 'path': { 'role_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name': string; 'display_name'?: (string | null); 'permissions': string[]; 'id'?: string; 'namespace'?: string; 'resource_server_id'?: string; 'version'?: number; 'created_at'?: string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Role'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.unknown-field.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header': { 'If-Match': string }; 'path': { 'role_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name'?: string; 'display_name'?: (string | null); 'permissions'?: string[] } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Role'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.unknown-field.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header': { 'If-Match': string }; 'path': { 'role_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.in-use']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/groups': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'name'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Group'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'namespace': string; 'name': string; 'display_name'?: (string | null) } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Group'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.name-taken.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/groups/{group_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'group_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Group'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string }; 'path': { 'group_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name'?: string; 'display_name'?: (string | null) } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Group'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: { 'If-Match'?: string }; 'path': { 'group_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.in-use.last-owner']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/groups/{group_id}/members': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string }; 'header'?: never; 'path': { 'group_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['GroupMember'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/groups/{group_id}/members/{service_account_id}': {
  put: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'group_id': string; 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.invalid-reference.unknown-field']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'group_id': string; 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.last-owner']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/role-bindings': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'role_id'?: string; 'resource_server_id'?: string; 'service_account_id'?: string; 'group_id'?: string; 'principal_type'?: ("service_account" | "group") }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['RoleBinding'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'role_id': string; 'namespace': string; 'principal': { 'type': ("service_account" | "group"); 'id': string } } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RoleBinding'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.name-taken.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/role-bindings/{role_binding_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'role_binding_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RoleBinding'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header': { 'If-Match': string }; 'path': { 'role_binding_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.last-owner']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/issuers': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'name'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Issuer'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'namespace': string; 'name'?: string; 'issuer'?: string; 'preset'?: (string | null); 'jwks_uri'?: (string | null); 'jwks'?: ({ 'keys': { [name: string]: unknown }[] } | null); 'algorithms'?: string[]; 'max_token_age_seconds'?: number; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'enabled'?: boolean } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Issuer'] } }
      202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.issuer-exists.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-issuer.invalid-reference.issuer-mismatch.issuer-unreachable.preset-required.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/issuers/{issuer_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'issuer_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Issuer'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string }; 'path': { 'issuer_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name'?: string; 'jwks_uri'?: (string | null); 'jwks'?: ({ 'keys': { [name: string]: unknown }[] } | null); 'algorithms'?: string[]; 'max_token_age_seconds'?: number; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'enabled'?: boolean } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Issuer'] } }
      202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.invalid-issuer.issuer-mismatch.issuer-unreachable.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: { 'If-Match'?: string }; 'path': { 'issuer_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'name'?: string; 'kind'?: ("workload" | "person"); 'enabled'?: boolean }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': (components['schemas']['ServiceAccount'] | components['schemas']['ServiceAccountName'])[]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'namespace': string; 'name': string; 'display_name'?: (string | null); 'description'?: (string | null); 'kind'?: ("workload" | "person"); 'grant_types'?: ("urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials")[]; 'resource_server_ids'?: (string[] | null); 'max_token_ttl_seconds'?: (number | null); 'token_endpoint_auth_method'?: (("client_secret_basic" | "client_secret_post" | "private_key_jwt") | null); 'trust_policies'?: { 'name': string; 'issuer'?: string; 'audience'?: string; 'bound_claims'?: { [name: string]: components['schemas']['Matcher'] }; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds'?: (number | null); 'scope'?: (string[] | null); 'examples'?: { 'accept'?: { [name: string]: unknown }[]; 'reject'?: { [name: string]: unknown }[] }; 'acknowledge'?: ("mutable_identity" | "any_context")[]; 'enabled'?: boolean; 'expires_at'?: (string | null) }[]; 'role_bindings'?: { 'role_id': string; 'namespace': string }[]; 'groups'?: string[]; 'keys'?: { 'jwk'?: { [name: string]: unknown }; 'pem'?: string; 'algorithm'?: (("RS256" | "PS256" | "ES256" | "ES384" | "Ed25519") | null); 'assertion_audience'?: (string | null); 'expires_at'?: (string | null) }[]; 'client_credentials'?: { 'expires_in_days'?: number; 'expires_at'?: string } } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['CreatedServiceAccount'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.issuer-disabled.name-taken.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.ambiguous-subject.example-failed.idempotency-mismatch.immutable-id-required.invalid-reference.non-canonical-value.policy-too-broad.unknown-field.unsafe-wildcard.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ServiceAccount'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string }; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name'?: string; 'display_name'?: (string | null); 'description'?: (string | null); 'enabled'?: boolean; 'grant_types'?: ("urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials")[]; 'resource_server_ids'?: (string[] | null); 'max_token_ttl_seconds'?: (number | null); 'token_endpoint_auth_method'?: (("client_secret_basic" | "client_secret_post" | "private_key_jwt") | null); 'client_credentials'?: { 'enabled': boolean } } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ServiceAccount'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.last-owner.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: { 'If-Match'?: string }; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.last-owner']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/trust-policies': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['TrustPolicy'][]; 'next_cursor': (string | null) } } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name': string; 'issuer'?: string; 'audience'?: string; 'bound_claims'?: { [name: string]: components['schemas']['Matcher'] }; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds'?: (number | null); 'scope'?: (string[] | null); 'examples'?: { 'accept'?: { [name: string]: unknown }[]; 'reject'?: { [name: string]: unknown }[] }; 'acknowledge'?: ("mutable_identity" | "any_context")[]; 'enabled'?: boolean; 'expires_at'?: (string | null) } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['TriedTrustPolicy'] } }
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['SavedTrustPolicy'] } }
      202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay.issuer-disabled.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.ambiguous-subject.example-failed.idempotency-mismatch.immutable-id-required.invalid-reference.non-canonical-value.policy-too-broad.unknown-field.unsafe-wildcard.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/trust-policies/{trust_policy_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string; 'trust_policy_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['TrustPolicy'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  put: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header': { 'If-Match': string }; 'path': { 'service_account_id': string; 'trust_policy_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name': string; 'issuer'?: string; 'audience'?: string; 'bound_claims'?: { [name: string]: components['schemas']['Matcher'] }; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds'?: (number | null); 'scope'?: (string[] | null); 'examples'?: { 'accept'?: { [name: string]: unknown }[]; 'reject'?: { [name: string]: unknown }[] }; 'acknowledge'?: ("mutable_identity" | "any_context")[]; 'enabled'?: boolean; 'expires_at'?: (string | null); 'id'?: string; 'version'?: number; 'warnings'?: string[]; 'created_at'?: string; 'changes'?: unknown } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': (components['schemas']['SavedTrustPolicy'] | components['schemas']['TriedTrustPolicy']) } }
      202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.issuer-disabled.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.ambiguous-subject.example-failed.immutable-id-required.invalid-reference.non-canonical-value.policy-too-broad.unknown-field.unsafe-wildcard.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header': { 'If-Match': string }; 'path': { 'service_account_id': string; 'trust_policy_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'id'?: string; 'version'?: number; 'warnings'?: string[]; 'created_at'?: string; 'changes'?: unknown; 'name'?: string; 'issuer'?: (string | null); 'audience'?: (string | null); 'bound_claims'?: ({ [name: string]: components['schemas']['Matcher'] } | null); 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds'?: (number | null); 'scope'?: (string[] | null); 'examples'?: ({ 'accept'?: ({ [name: string]: unknown }[] | null); 'reject'?: ({ [name: string]: unknown }[] | null) } | null); 'acknowledge'?: (("mutable_identity" | "any_context")[] | null); 'enabled'?: (boolean | null); 'expires_at'?: (string | null) } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': (components['schemas']['SavedTrustPolicy'] | components['schemas']['TriedTrustPolicy']) } }
      202: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.issuer-disabled.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.ambiguous-subject.example-failed.immutable-id-required.invalid-reference.non-canonical-value.policy-too-broad.unknown-field.unsafe-wildcard.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header': { 'If-Match': string }; 'path': { 'service_account_id': string; 'trust_policy_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      428: components['responses']['428.precondition-required']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/pending-changes': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'state'?: ("pending" | "approved" | "rejected" | "expired"); 'service_account_id'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['PendingChange'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/pending-changes/{pending_change_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'pending_change_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/pending-changes/{pending_change_id}:approve': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'pending_change_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay.issuer-disabled.issuer-exists.not-pending.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.ambiguous-subject.example-failed.idempotency-mismatch.immutable-id-required.invalid-issuer.invalid-reference.issuer-mismatch.issuer-unreachable.non-canonical-value.policy-too-broad.preset-required.unknown-field.unsafe-wildcard.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/pending-changes/{pending_change_id}:reject': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'pending_change_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PendingChange'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay.not-pending']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/secrets': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Secret'][]; 'next_cursor': (string | null) } } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: { content: { 'application/json': { 'expires_in_days'?: number; 'expires_at'?: string } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['NewSecret'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/secrets:reset': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: { content: { 'application/json': { 'expires_in_days'?: number; 'expires_at'?: string; 'grace_seconds'?: number; 'rotate_client_id'?: boolean } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['NewSecret'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/secrets/{secret_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string; 'secret_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Secret'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: never; 'path': { 'service_account_id': string; 'secret_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/keys': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['AccountKey'][]; 'next_cursor': (string | null) } } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'jwk'?: { [name: string]: unknown }; 'pem'?: string; 'algorithm'?: (("RS256" | "PS256" | "ES256" | "ES384" | "Ed25519") | null); 'assertion_audience'?: (string | null); 'expires_at'?: (string | null) } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['AccountKey'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/keys/{key_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string; 'key_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['AccountKey'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: never; 'path': { 'service_account_id': string; 'key_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/tokens': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['NamedToken'][]; 'next_cursor': (string | null) } } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name': string; 'display_name'?: (string | null); 'resource_server_id': string; 'expires_in_days'?: number; 'expires_at'?: string } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ShownNamedToken'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay.name-taken.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/tokens/{token_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string; 'token_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['NamedToken'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string; 'token_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name'?: string; 'display_name'?: (string | null) } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['NamedToken'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: { 'dry_run'?: ("true" | "false") }; 'header'?: never; 'path': { 'service_account_id': string; 'token_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Removal'] } }
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}/tokens/{token_id}:regenerate': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'service_account_id': string; 'token_id': string }; 'cookie'?: never }
    requestBody?: { content: { 'application/json': { 'expires_in_days'?: number; 'expires_at'?: string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ShownNamedToken'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/policy-evaluations': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'service_account_id'?: string; 'policy'?: { 'name': string; 'issuer'?: string; 'audience'?: string; 'bound_claims'?: { [name: string]: components['schemas']['Matcher'] }; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds'?: (number | null); 'scope'?: (string[] | null); 'examples'?: { 'accept'?: { [name: string]: unknown }[]; 'reject'?: { [name: string]: unknown }[] }; 'acknowledge'?: ("mutable_identity" | "any_context")[]; 'enabled'?: boolean; 'expires_at'?: (string | null) }; 'token'?: string; 'claims'?: { [name: string]: unknown } } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Decision'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay.issuer-disabled']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.ambiguous-subject.example-failed.idempotency-mismatch.immutable-id-required.invalid-reference.non-canonical-value.policy-too-broad.unknown-field.unsafe-wildcard.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/policy-suggestions': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'service_account_id'?: string; 'namespace'?: string; 'token': string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PolicySuggestion'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/pairing-codes': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['PairingCode'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'service_account_id'?: string; 'namespace'?: string; 'expires_in_seconds'?: number } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['NewPairingCode'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/pairing-codes/{pairing_code_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'pairing_code_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['PairedCode'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'pairing_code_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/decisions': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'service_account_id'?: string; 'policy_id'?: string; 'outcome'?: ("issued" | "refused"); 'reason'?: string; 'issuer'?: string; 'repository'?: string; 'since'?: string; 'until'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Decision'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/decisions/{decision_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'decision_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Decision'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/audit-events': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string; 'actor_id'?: string; 'target_id'?: string; 'action'?: string; 'outcome'?: ("done" | "refused"); 'reason'?: string; 'since'?: string; 'until'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['AuditEvent'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/audit-events/{event_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'event_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['AuditEvent'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/audit-events:export': {
  get: {
    parameters: { 'query'?: { 'tenant'?: string; 'since_sequence'?: number; 'limit'?: number; 'actor_id'?: string; 'target_id'?: string; 'action'?: string; 'outcome'?: ("done" | "refused"); 'reason'?: string; 'since'?: string; 'until'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/x-ndjson': components['schemas']['AuditEvent'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/audit-events:verify': {
  get: {
    parameters: { 'query'?: { 'tenant'?: string; 'from_sequence'?: number; 'previous_hash'?: string; 'expect_sequence'?: number; 'expect_hash'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Verification'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/service-accounts/{service_account_id}:effective-access': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'service_account_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['AccountAccess'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/namespaces/{namespace_id}:effective-access': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'kind'?: ("workload" | "person"); 'resource_server_id'?: string; 'permission'?: string }; 'header'?: never; 'path': { 'namespace_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Holder'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/revocations': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'namespace': string; 'by': ("token" | "account" | "policy" | "issuer" | "repository" | "sha" | "run"); 'value': string } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Revocation'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/notification-subscriptions': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'namespace'?: string }; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Subscription'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'namespace': string; 'channel': ("webhook" | "email"); 'target': string; 'events'?: ("credential.expiring")[] } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['SubscriptionWithSecret'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.quota-exceeded']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/notification-subscriptions/{subscription_id}': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'subscription_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Subscription'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope']
      404: components['responses']['404.not-found']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  patch: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string }; 'path': { 'subscription_id': string }; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'target'?: string; 'events'?: ("credential.expiring")[]; 'enabled'?: boolean } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Subscription'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  delete: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string }; 'path': { 'subscription_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/notification-subscriptions/{subscription_id}:rotate-secret': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string; 'Idempotency-Key'?: string }; 'path': { 'subscription_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['SubscriptionWithSecret'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/notification-subscriptions/{subscription_id}/notices': {
  get: {
    parameters: { 'query'?: { 'limit'?: number; 'cursor'?: string; 'state'?: ("pending" | "delivered" | "parked") }; 'header'?: never; 'path': { 'subscription_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['Notice'][]; 'next_cursor': (string | null) } } }
      400: components['responses']['400.invalid-cursor']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      404: components['responses']['404.not-found']
      422: components['responses']['422.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/notification-subscriptions/{subscription_id}:test': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string; 'Idempotency-Key'?: string }; 'path': { 'subscription_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['Notice'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/notification-subscriptions/{subscription_id}:resume': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'If-Match'?: string; 'Idempotency-Key'?: string }; 'path': { 'subscription_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['ResumedNotices'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/signing-keys': {
  get: {
    parameters: { 'query'?: never; 'header'?: never; 'path'?: never; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': { 'data': components['schemas']['SigningKey'][]; 'next_cursor': (string | null) } } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/signing-keys:rotate': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody?: { content: { 'application/json': { 'algorithm'?: ("ES256" | "RS256" | "Ed25519") } } }
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['SigningKey'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.rotation-pending']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/admin/v1/signing-keys/{kid}:revoke': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path': { 'kid': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      200: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RevokedSigningKey'] } }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.idempotency-pending.idempotency-replay']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/api/service-accounts': {
  post: {
    parameters: { 'query'?: never; 'header'?: { 'Idempotency-Key'?: string }; 'path'?: never; 'cookie'?: never }
    requestBody: { content: { 'application/json': { 'name': string; 'tokenEndpointAuthMethod'?: ("client_secret_basic" | "client_secret_post" | "private_key_jwt"); 'publicKey'?: string; 'permissions'?: string[] } } }
    responses: {
      201: { headers: { [name: string]: unknown }; content: { 'application/json': components['schemas']['RootAccountCredentials'] } }
      400: components['responses']['400.malformed-body']
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended']
      409: components['responses']['409.idempotency-pending.idempotency-replay.name-taken']
      412: components['responses']['412.precondition-failed']
      413: components['responses']['413.body-too-large']
      415: components['responses']['415.unsupported-media-type']
      422: components['responses']['422.idempotency-mismatch.unknown-field.validation-failed']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
  '/api/service-accounts/{client_id}': {
  delete: {
    parameters: { 'query'?: never; 'header'?: never; 'path': { 'client_id': string }; 'cookie'?: never }
    requestBody?: never
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never }
      401: components['responses']['401.authentication-required']
      403: components['responses']['403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended']
      404: components['responses']['404.not-found']
      409: components['responses']['409.last-owner']
      412: components['responses']['412.precondition-failed']
      422: components['responses']['422.unknown-field']
      429: components['responses']['429.too-many-requests']
      500: components['responses']['500.bug']
      503: components['responses']['503.dependency-unavailable']
    }
  }
  }
}

export interface components {
  schemas: {
    'Problem': { 'type': ("/problems/authentication-required" | "/problems/permission-denied" | "/problems/insufficient-scope" | "/problems/privilege-escalation" | "/problems/self-modification" | "/problems/tenant-suspended" | "/problems/not-found" | "/problems/method-not-allowed" | "/problems/malformed-body" | "/problems/unsupported-media-type" | "/problems/body-too-large" | "/problems/invalid-cursor" | "/problems/validation-failed" | "/problems/unknown-field" | "/problems/invalid-reference" | "/problems/name-taken" | "/problems/identifier-taken" | "/problems/issuer-exists" | "/problems/issuer-disabled" | "/problems/quota-exceeded" | "/problems/too-many-requests" | "/problems/rotation-pending" | "/problems/idempotency-replay" | "/problems/idempotency-mismatch" | "/problems/idempotency-pending" | "/problems/in-use" | "/problems/last-owner" | "/problems/approval-required" | "/problems/not-pending" | "/problems/precondition-required" | "/problems/precondition-failed" | "/problems/policy-too-broad" | "/problems/unsafe-wildcard" | "/problems/immutable-id-required" | "/problems/ambiguous-subject" | "/problems/non-canonical-value" | "/problems/example-failed" | "/problems/preset-required" | "/problems/invalid-issuer" | "/problems/issuer-mismatch" | "/problems/issuer-unreachable" | "/problems/dependency-unavailable" | "/problems/bug"); 'title': string; 'status': number; 'detail': string; 'errors'?: { 'pointer': string; 'detail': string }[]; 'id'?: string }
    'Matcher': ((string | number | boolean) | { 'any_of': components['schemas']['Matcher'][] } | { 'not': components['schemas']['Matcher'] } | { 'glob': string } | { 'contains': string } | { 'present': true })
    'OAuthError': { 'error': string; 'error_description': string; 'decision_id': string; 'reason'?: string; 'failed_claims'?: { [name: string]: unknown }[] }
    'ProblemType': { 'type': string; 'title': string; 'status': number; 'meaning': string; 'remedy': string }
    'State': { 'format': 1; 'namespace': string; 'namespaces'?: { 'path': string; 'kind'?: string; 'display_name'?: (string | null); 'enabled'?: boolean; 'named_tokens_max_days'?: (number | null); 'widening_needs_approval'?: boolean }[]; 'resource_servers'?: { 'namespace': string; 'identifier': string; 'name': string; 'permissions': string[]; 'token_ttl_seconds'?: number }[]; 'roles'?: { 'namespace': string; 'name': string; 'resource_server': string; 'display_name'?: (string | null); 'permissions': string[] }[]; 'groups'?: { 'namespace': string; 'name': string; 'display_name'?: (string | null); 'members'?: { 'namespace': string; 'name': string }[] }[]; 'issuers'?: { 'namespace': string; 'name'?: string; 'issuer': string; 'preset'?: (string | null); 'jwks_uri'?: (string | null); 'jwks'?: ({ 'keys': { [name: string]: unknown }[] } | null); 'algorithms'?: string[]; 'max_token_age_seconds'?: number; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'enabled'?: boolean }[]; 'service_accounts'?: { 'namespace': string; 'name': string; 'display_name'?: (string | null); 'description'?: (string | null); 'kind'?: ("workload" | "person"); 'enabled'?: boolean; 'grant_types'?: ("urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials")[]; 'resource_servers'?: (string[] | null); 'max_token_ttl_seconds'?: (number | null); 'token_endpoint_auth_method'?: (("client_secret_basic" | "client_secret_post" | "private_key_jwt") | null); 'client_credentials'?: { 'enabled': boolean }; 'trust_policies'?: { 'name': string; 'issuer'?: string; 'audience'?: string; 'bound_claims'?: { [name: string]: components['schemas']['Matcher'] }; 'replay'?: (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds'?: (number | null); 'scope'?: (string[] | null); 'examples'?: { 'accept'?: { [name: string]: unknown }[]; 'reject'?: { [name: string]: unknown }[] }; 'acknowledge'?: ("mutable_identity" | "any_context")[]; 'enabled'?: boolean; 'expires_at'?: (string | null) }[] }[]; 'role_bindings'?: { 'role': (("owner" | "deployer" | "viewer") | { 'namespace': string; 'name': string; 'resource_server': string }); 'namespace': string; 'principal': { 'type': ("service_account" | "group"); 'namespace': string; 'name': string } }[] }
    'Namespace': { 'id': string; 'path': string; 'kind': string; 'display_name': (string | null); 'enabled': boolean; 'named_tokens_max_days': (number | null); 'widening_needs_approval': boolean; 'created_at': string }
    'PendingChange': { 'id': string; 'namespace': string; 'action': ("trust-policies.create" | "trust-policies.replace" | "trust-policies.update" | "issuers.create" | "issuers.update" | "namespaces.update"); 'state': ("pending" | "approved" | "rejected" | "expired"); 'service_account_id': (string | null); 'target_id': (string | null); 'target_version': (number | null); 'wanted': { [name: string]: unknown }; 'accepts_now': string[]; 'accepts_no_longer': string[]; 'requested_by': ({ 'type': "service_account"; 'id': string } | { 'type': ("platform" | "deleted") }); 'created_at': string; 'expires_at': string; 'decided_by': (({ 'type': "service_account"; 'id': string } | { 'type': ("platform" | "deleted") }) | null); 'decided_at': (string | null) }
    'Removal': { 'dry_run': true; 'would_delete': { [name: string]: unknown }; 'would_break': string[]; 'blocked_by': string[]; 'living_tokens': number; 'last_used_at': (string | null); 'warnings': string[] }
    'StatePlan': { 'namespace': string; 'applied': boolean; 'counts': { 'create': number; 'update': number; 'delete': number; 'unchanged': number; 'unmanaged': number }; 'steps': { 'action': ("create" | "update" | "delete"); 'kind': ("namespace" | "resource_server" | "role" | "group" | "issuer" | "service_account" | "trust_policy" | "role_binding"); 'key': { [name: string]: unknown }; 'pointer': (string | null); 'changes': { [name: string]: unknown }; 'warnings': string[]; 'accepts_now': string[]; 'accepts_no_longer': string[]; 'needs_approval': boolean }[]; 'unmanaged': { 'kind': ("namespace" | "resource_server" | "role" | "group" | "issuer" | "service_account" | "trust_policy" | "role_binding"); 'key': { [name: string]: unknown } }[] }
    'ResourceServer': { 'id': string; 'namespace': string; 'identifier': string; 'name': string; 'permissions': string[]; 'token_ttl_seconds': number; 'created_at': string }
    'Role': { 'id': string; 'version': number; 'namespace': string; 'name': string; 'display_name': (string | null); 'resource_server_id': string; 'permissions': string[]; 'created_at': string }
    'Group': { 'id': string; 'version': number; 'namespace': string; 'name': string; 'display_name': (string | null); 'created_at': string }
    'GroupMember': { 'id': string; 'name': string; 'namespace': string; 'added_at': string }
    'RoleBinding': { 'id': string; 'version': number; 'role_id': string; 'namespace': string; 'principal': ({ 'type': ("service_account" | "group"); 'id': string } | { 'type': "platform" }); 'created_at': string; 'namespaces_below'?: number; 'warnings'?: ("owner_bound" | "reaches_down" | "group_bound")[] }
    'Issuer': { 'id': string; 'namespace': string; 'name': string; 'issuer': string; 'preset': (string | null); 'jwks_uri': (string | null); 'jwks': ({ [name: string]: unknown } | null); 'algorithms': string[]; 'max_token_age_seconds': number; 'replay': (("single_use" | "single_use_per_audience" | "reusable") | null); 'enabled': boolean; 'created_at': string }
    'ServiceAccount': { 'id': string; 'client_id': string; 'namespace': string; 'name': string; 'display_name': (string | null); 'description': (string | null); 'kind': ("workload" | "person"); 'enabled': boolean; 'grant_types': string[]; 'resource_server_ids': (string[] | null); 'max_token_ttl_seconds': (number | null); 'token_endpoint_auth_method': (("client_secret_basic" | "client_secret_post" | "private_key_jwt") | null); 'client_credentials': { 'enabled': boolean; 'secrets': number; 'expires_at': (string | null) }; 'groups': string[]; 'roles': { 'role_id': string; 'name': string; 'namespace': string }[]; 'created_at': string }
    'ServiceAccountName': { 'id': string; 'name': string; 'namespace': string }
    'CreatedServiceAccount': { 'id': string; 'client_id': string; 'namespace': string; 'name': string; 'display_name': (string | null); 'description': (string | null); 'kind': ("workload" | "person"); 'enabled': boolean; 'grant_types': string[]; 'resource_server_ids': (string[] | null); 'max_token_ttl_seconds': (number | null); 'token_endpoint_auth_method': (("client_secret_basic" | "client_secret_post" | "private_key_jwt") | null); 'client_credentials': { 'enabled': boolean; 'secrets': number; 'expires_at': (string | null) }; 'groups': string[]; 'roles': { 'role_id': string; 'name': string; 'namespace': string }[]; 'created_at': string; 'warnings': ("no_authentication_method" | "no_role")[]; 'trust_policies': components['schemas']['TrustPolicy'][]; 'role_bindings': components['schemas']['RoleBinding'][]; 'keys': components['schemas']['AccountKey'][]; 'client_secret'?: string; 'client_id_issued_at'?: number; 'client_secret_expires_at'?: number }
    'TrustPolicy': { 'id': string; 'version': number; 'name': string; 'issuer': string; 'audience': string; 'bound_claims': { [name: string]: components['schemas']['Matcher'] }; 'replay': (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds': (number | null); 'scope': (string[] | null); 'examples': { 'accept': { [name: string]: unknown }[]; 'reject': { [name: string]: unknown }[] }; 'acknowledge': ("mutable_identity" | "any_context")[]; 'enabled': boolean; 'expires_at': (string | null); 'warnings': string[]; 'created_at': string }
    'AccountKey': { 'id': string; 'kid': string; 'algorithm': string; 'jwk': { [name: string]: unknown }; 'assertion_audience': (string | null); 'created_at': string; 'expires_at': (string | null); 'last_used_at': (string | null); 'warnings': "assertion_audience"[] }
    'TriedTrustPolicy': { 'dry_run': true; 'needs_approval': boolean; 'changes': components['schemas']['PolicyChanges']; 'warnings': string[] }
    'PolicyChanges': { 'accepts_now': string[]; 'accepts_no_longer': string[] }
    'SavedTrustPolicy': { 'id': string; 'version': number; 'name': string; 'issuer': string; 'audience': string; 'bound_claims': { [name: string]: components['schemas']['Matcher'] }; 'replay': (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds': (number | null); 'scope': (string[] | null); 'examples': { 'accept': { [name: string]: unknown }[]; 'reject': { [name: string]: unknown }[] }; 'acknowledge': ("mutable_identity" | "any_context")[]; 'enabled': boolean; 'expires_at': (string | null); 'warnings': string[]; 'created_at': string; 'changes': components['schemas']['PolicyChanges'] }
    'Secret': { 'id': string; 'created_at': string; 'expires_at': string; 'last_used_at': (string | null); 'last_used_from': (string | null) }
    'NewSecret': { 'id': string; 'client_id': string; 'client_secret': string; 'client_id_issued_at': number; 'client_secret_expires_at': number; 'created_at': string; 'expires_at': string }
    'NamedToken': { 'id': string; 'name': string; 'display_name': (string | null); 'resource_server_id': string; 'created_at': string; 'expires_at': string; 'last_used_at': (string | null); 'last_used_from': (string | null); 'warnings': string[] }
    'ShownNamedToken': { 'id': string; 'name': string; 'display_name': (string | null); 'resource_server_id': string; 'created_at': string; 'expires_at': string; 'last_used_at': (string | null); 'last_used_from': (string | null); 'warnings': string[]; 'token': string }
    'Decision': { 'id': (string | null); 'at': string; 'outcome': ("issued" | "refused" | "would_issue" | "would_refuse"); 'reason': (string | null); 'grant_type': string; 'service_account_id': (string | null); 'client_id': (string | null); 'namespace': (string | null); 'issuer': unknown; 'subject': unknown; 'jti': unknown; 'claims': ({ [name: string]: unknown } | null); 'audience': (string | null); 'scope': string[]; 'token_jti': (string | null); 'token_expires_at': (string | null); 'policy': ({ 'id': (string | "draft"); 'version': number } | null); 'policies': { 'id': (string | "draft"); 'version': number; 'name': string; 'satisfied': boolean; 'clauses': { 'claim': string; 'expected': unknown; 'actual': unknown; 'verdict': ("match" | "mismatch" | "missing" | "wrong_type" | "unreadable"); 'hint'?: string }[] }[]; 'omitted_before': number }
    'PolicySuggestion': { 'reason': (string | null); 'issuer': ({ 'id': string; 'issuer': string; 'preset': (string | null) } | null); 'claims': ({ [name: string]: unknown } | null); 'policy': ({ 'name': string; 'issuer': string; 'audience': string; 'bound_claims': { [name: string]: unknown }; 'replay': (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds': (number | null); 'scope': (string[] | null); 'examples': { 'accept': { [name: string]: unknown }[]; 'reject': { [name: string]: unknown }[] }; 'acknowledge': ("mutable_identity" | "any_context")[]; 'enabled': boolean; 'expires_at': (string | null) } | null); 'notes': components['schemas']['SuggestionNote'][]; 'warnings': string[]; 'yaml': (string | null); 'call': ({ 'method': "POST"; 'path': string; 'body': { [name: string]: unknown } } | null); 'curl': (string | null) }
    'SuggestionNote': { 'claim': string; 'value': unknown; 'bound': boolean; 'why': string }
    'PairingCode': { 'id': string; 'namespace': string; 'service_account_id': (string | null); 'status': ("waiting" | "paired" | "expired"); 'created_by': string; 'created_at': string; 'expires_at': string; 'paired_at': (string | null) }
    'NewPairingCode': { 'id': string; 'namespace': string; 'service_account_id': (string | null); 'status': ("waiting" | "paired" | "expired"); 'created_by': string; 'created_at': string; 'expires_at': string; 'paired_at': (string | null); 'code': string; 'pairing_endpoint': string }
    'PairedCode': { 'id': string; 'namespace': string; 'service_account_id': (string | null); 'status': ("waiting" | "paired" | "expired"); 'created_by': string; 'created_at': string; 'expires_at': string; 'paired_at': (string | null); 'suggestion': (components['schemas']['PolicySuggestion'] | null) }
    'AuditEvent': { 'sequence': number; 'id': string; 'at': string; 'tenant_id': string; 'namespace_id': string; 'namespace': string; 'action': string; 'outcome': ("done" | "refused"); 'reason': (string | null); 'actor': { 'type': ("service_account" | "platform" | "pairing_code" | "schedule" | "operator"); 'id'?: string; 'client_id'?: string; 'name'?: string; 'mark'?: string }; 'target': ({ 'type': string; 'id': string } | null); 'details': ({ [name: string]: unknown } | null); 'request_id': (string | null); 'source': (string | null); 'user_agent': (string | null); 'previous_hash': string; 'hash': string; 'platform'?: ({ 'id': string; 'client_id': string; 'name': string; 'source': (string | null); 'user_agent': (string | null) } | null) }
    'Verification': { 'tenant_id': string; 'checked': number; 'valid': boolean; 'head': { 'sequence': number; 'hash': string }; 'sequence'?: number; 'problem'?: ("altered" | "missing" | "out_of_order" | "column_mismatch" | "mark_mismatch" | "decisions_altered" | "decisions_added" | "decisions_missing"); 'minute'?: string; 'decisions': { 'minutes': number; 'purged_minutes': number }; 'next': ({ 'from_sequence': number; 'previous_hash': string } | null) }
    'AccountAccess': { 'service_account': { 'id': string; 'name': string; 'namespace': string }; 'obstacles': ("account_disabled" | "account_suspended")[]; 'resource_servers': { 'id': string; 'identifier': string; 'namespace': string; 'within_ceiling': boolean; 'obstacles': ("outside_ceiling" | "other_tenant")[]; 'namespaces': { 'namespace': string; 'namespace_id': string; 'permissions': string[]; 'bindings': { 'id': (string | null); 'role_id': string; 'role_name': string; 'group_id': (string | null); 'group_name': (string | null); 'counts': boolean; 'obstacles': ("above_account" | "namespace_suspended")[]; 'permissions': string[]; 'implies_all_of': (string | null) }[] }[] }[] }
    'Holder': { 'principal': ({ 'type': "service_account"; 'id': string; 'name'?: string; 'namespace'?: string; 'kind'?: ("workload" | "person"); 'enabled'?: boolean } | { 'type': "platform" }); 'obstacles': ("account_disabled" | "account_suspended")[]; 'resource_servers': { 'id': string; 'identifier': string; 'namespace': string; 'within_ceiling': boolean; 'obstacles': ("outside_ceiling" | "other_tenant")[]; 'namespaces': { 'namespace': string; 'namespace_id': string; 'permissions': string[]; 'bindings': { 'id': (string | null); 'role_id': string; 'role_name': string; 'group_id': (string | null); 'group_name': (string | null); 'counts': boolean; 'obstacles': ("above_account" | "namespace_suspended")[]; 'permissions': string[]; 'implies_all_of': (string | null) }[] }[] }[] }
    'Revocation': { 'namespace': string; 'by': ("token" | "account" | "policy" | "issuer" | "repository" | "sha" | "run"); 'revoked': number }
    'Subscription': { 'id': string; 'namespace': string; 'channel': ("webhook" | "email"); 'target': string; 'events': string[]; 'enabled': boolean; 'created_at': string }
    'SubscriptionWithSecret': { 'id': string; 'namespace': string; 'channel': ("webhook" | "email"); 'target': string; 'events': string[]; 'enabled': boolean; 'created_at': string; 'secret'?: string }
    'Notice': { 'id': string; 'type': (string | null); 'data': ({ [name: string]: unknown } | null); 'state': ("pending" | "delivered" | "parked"); 'attempts': number; 'next_attempt_at': (string | null); 'last_error': (string | null); 'created_at': string }
    'ResumedNotices': { 'resumed': number }
    'SigningKey': { 'kid': string; 'algorithm': ("ES256" | "RS256" | "Ed25519"); 'state': ("published" | "active" | "retired"); 'created_at': string; 'activated_at': (string | null); 'retired_at': (string | null) }
    'RevokedSigningKey': { 'kid': string; 'state': "revoked"; 'active': (components['schemas']['SigningKey'] | null) }
    'RootAccountCredentials': { 'clientId': string; 'clientIdIssuedAt': number; 'clientSecret'?: string; 'clientSecretExpiresAt'?: number; 'keyId'?: string }
    'StateOutput': { 'format': 1; 'namespace': string; 'namespaces'?: { 'path': string; 'kind': string; 'display_name': (string | null); 'enabled': boolean; 'named_tokens_max_days': (number | null); 'widening_needs_approval': boolean }[]; 'resource_servers'?: { 'namespace': string; 'identifier': string; 'name': string; 'permissions': string[]; 'token_ttl_seconds': number }[]; 'roles'?: { 'namespace': string; 'name': string; 'resource_server': string; 'display_name': (string | null); 'permissions': string[] }[]; 'groups'?: { 'namespace': string; 'name': string; 'display_name': (string | null); 'members': { 'namespace': string; 'name': string }[] }[]; 'issuers'?: { 'namespace': string; 'name'?: string; 'issuer': string; 'preset'?: (string | null); 'jwks_uri': (string | null); 'jwks': ({ 'keys': { [name: string]: unknown }[] } | null); 'algorithms'?: string[]; 'max_token_age_seconds'?: number; 'replay': (("single_use" | "single_use_per_audience" | "reusable") | null); 'enabled': boolean }[]; 'service_accounts'?: { 'namespace': string; 'name': string; 'display_name': (string | null); 'description': (string | null); 'kind': ("workload" | "person"); 'enabled': boolean; 'grant_types': ("urn:ietf:params:oauth:grant-type:token-exchange" | "urn:ietf:params:oauth:grant-type:jwt-bearer" | "client_credentials")[]; 'resource_servers': (string[] | null); 'max_token_ttl_seconds': (number | null); 'token_endpoint_auth_method': (("client_secret_basic" | "client_secret_post" | "private_key_jwt") | null); 'client_credentials': { 'enabled': boolean }; 'trust_policies'?: { 'name': string; 'issuer': string; 'audience': string; 'bound_claims': { [name: string]: unknown }; 'replay': (("single_use" | "single_use_per_audience" | "reusable") | null); 'max_token_ttl_seconds': (number | null); 'scope': (string[] | null); 'examples': { 'accept': { [name: string]: unknown }[]; 'reject': { [name: string]: unknown }[] }; 'acknowledge': ("mutable_identity" | "any_context")[]; 'enabled': boolean; 'expires_at': (string | null) }[] }[]; 'role_bindings'?: { 'role': (("owner" | "deployer" | "viewer") | { 'namespace': string; 'name': string; 'resource_server': string }); 'namespace': string; 'principal': { 'type': ("service_account" | "group"); 'namespace': string; 'name': string } }[] }
  }
  responses: {
    '400.invalid-cursor': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/invalid-cursor"); 'status'?: 400 } } }
    '400.malformed-body': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/malformed-body"); 'status'?: 400 } } }
    '401.authentication-required': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/authentication-required"); 'status'?: 401 } } }
    '403.insufficient-scope': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/insufficient-scope"); 'status'?: 403 } } }
    '403.insufficient-scope.permission-denied': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/insufficient-scope" | "/problems/permission-denied"); 'status'?: 403 } } }
    '403.insufficient-scope.permission-denied.privilege-escalation.self-modification.tenant-suspended': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/insufficient-scope" | "/problems/permission-denied" | "/problems/privilege-escalation" | "/problems/self-modification" | "/problems/tenant-suspended"); 'status'?: 403 } } }
    '403.insufficient-scope.permission-denied.privilege-escalation.tenant-suspended': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/insufficient-scope" | "/problems/permission-denied" | "/problems/privilege-escalation" | "/problems/tenant-suspended"); 'status'?: 403 } } }
    '403.insufficient-scope.permission-denied.tenant-suspended': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/insufficient-scope" | "/problems/permission-denied" | "/problems/tenant-suspended"); 'status'?: 403 } } }
    '404.not-found': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/not-found"); 'status'?: 404 } } }
    '409.approval-required.idempotency-pending.idempotency-replay.identifier-taken.in-use.issuer-disabled.issuer-exists.last-owner.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/approval-required" | "/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/identifier-taken" | "/problems/in-use" | "/problems/issuer-disabled" | "/problems/issuer-exists" | "/problems/last-owner" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.approval-required.idempotency-pending.idempotency-replay.issuer-exists.name-taken': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/approval-required" | "/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/issuer-exists" | "/problems/name-taken"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.identifier-taken': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/identifier-taken"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.issuer-disabled': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/issuer-disabled"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.issuer-disabled.issuer-exists.not-pending.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/issuer-disabled" | "/problems/issuer-exists" | "/problems/not-pending" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.issuer-disabled.name-taken.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/issuer-disabled" | "/problems/name-taken" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.issuer-disabled.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/issuer-disabled" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.issuer-exists.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/issuer-exists" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.name-taken': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/name-taken"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.name-taken.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/name-taken" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.not-pending': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/not-pending"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.idempotency-pending.idempotency-replay.rotation-pending': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-pending" | "/problems/idempotency-replay" | "/problems/rotation-pending"); 'status'?: 409 } } }
    '409.in-use': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/in-use"); 'status'?: 409 } } }
    '409.in-use.last-owner': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/in-use" | "/problems/last-owner"); 'status'?: 409 } } }
    '409.issuer-disabled.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/issuer-disabled" | "/problems/quota-exceeded"); 'status'?: 409 } } }
    '409.last-owner': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/last-owner"); 'status'?: 409 } } }
    '409.last-owner.name-taken': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/last-owner" | "/problems/name-taken"); 'status'?: 409 } } }
    '409.name-taken': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/name-taken"); 'status'?: 409 } } }
    '409.quota-exceeded': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/quota-exceeded"); 'status'?: 409 } } }
    '412.precondition-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/precondition-failed"); 'status'?: 412 } } }
    '413.body-too-large': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/body-too-large"); 'status'?: 413 } } }
    '415.unsupported-media-type': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/unsupported-media-type"); 'status'?: 415 } } }
    '422.ambiguous-subject.example-failed.idempotency-mismatch.immutable-id-required.invalid-issuer.invalid-reference.issuer-mismatch.issuer-unreachable.non-canonical-value.policy-too-broad.preset-required.unknown-field.unsafe-wildcard.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/ambiguous-subject" | "/problems/example-failed" | "/problems/idempotency-mismatch" | "/problems/immutable-id-required" | "/problems/invalid-issuer" | "/problems/invalid-reference" | "/problems/issuer-mismatch" | "/problems/issuer-unreachable" | "/problems/non-canonical-value" | "/problems/policy-too-broad" | "/problems/preset-required" | "/problems/unknown-field" | "/problems/unsafe-wildcard" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.ambiguous-subject.example-failed.idempotency-mismatch.immutable-id-required.invalid-reference.non-canonical-value.policy-too-broad.unknown-field.unsafe-wildcard.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/ambiguous-subject" | "/problems/example-failed" | "/problems/idempotency-mismatch" | "/problems/immutable-id-required" | "/problems/invalid-reference" | "/problems/non-canonical-value" | "/problems/policy-too-broad" | "/problems/unknown-field" | "/problems/unsafe-wildcard" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.ambiguous-subject.example-failed.immutable-id-required.invalid-reference.non-canonical-value.policy-too-broad.unknown-field.unsafe-wildcard.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/ambiguous-subject" | "/problems/example-failed" | "/problems/immutable-id-required" | "/problems/invalid-reference" | "/problems/non-canonical-value" | "/problems/policy-too-broad" | "/problems/unknown-field" | "/problems/unsafe-wildcard" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.idempotency-mismatch.invalid-issuer.invalid-reference.issuer-mismatch.issuer-unreachable.preset-required.unknown-field.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-mismatch" | "/problems/invalid-issuer" | "/problems/invalid-reference" | "/problems/issuer-mismatch" | "/problems/issuer-unreachable" | "/problems/preset-required" | "/problems/unknown-field" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.idempotency-mismatch.invalid-reference.unknown-field.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-mismatch" | "/problems/invalid-reference" | "/problems/unknown-field" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.idempotency-mismatch.unknown-field.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/idempotency-mismatch" | "/problems/unknown-field" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.invalid-issuer.issuer-mismatch.issuer-unreachable.unknown-field.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/invalid-issuer" | "/problems/issuer-mismatch" | "/problems/issuer-unreachable" | "/problems/unknown-field" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.invalid-reference.unknown-field': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/invalid-reference" | "/problems/unknown-field"); 'status'?: 422 } } }
    '422.invalid-reference.unknown-field.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/invalid-reference" | "/problems/unknown-field" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.invalid-reference.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/invalid-reference" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.unknown-field': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/unknown-field"); 'status'?: 422 } } }
    '422.unknown-field.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/unknown-field" | "/problems/validation-failed"); 'status'?: 422 } } }
    '422.validation-failed': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/validation-failed"); 'status'?: 422 } } }
    '428.precondition-required': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/precondition-required"); 'status'?: 428 } } }
    '429.too-many-requests': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/too-many-requests"); 'status'?: 429 } } }
    '500.bug': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/bug"); 'status'?: 500 } } }
    '503.dependency-unavailable': { headers: { [name: string]: unknown }; content: { 'application/problem+json': components['schemas']['Problem'] & { 'type'?: ("/problems/dependency-unavailable"); 'status'?: 503 } } }
  }
}

