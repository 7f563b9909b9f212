const causes = (thrown: unknown): Error[] =>
  thrown instanceof Error ? [thrown, ...causes(thrown.cause)] : []

/**
 * Says what went wrong and what to do next. The last cause counts: what libraries wrap around it
 * repeats the statement, not the reason.
 */
export const explain = (thrown: unknown): string => {
  const chain = causes(thrown)
  const reason = chain.at(-1)?.message ?? String(thrown)
  const asked = chain.some(({ name }) => /Libsql|Drizzle|Unavailable/.test(name))
  return asked
    ? `the database does not do as asked (${reason}); is LIBSQL_URL right, and LIBSQL_AUTH_TOKEN?`
    : reason
}
