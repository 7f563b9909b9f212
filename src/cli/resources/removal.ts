/** What a deletion would come to, as the API says it. */
export interface Removal {
  readonly would_delete: Readonly<Record<string, number>>
  readonly would_break: readonly string[]
  readonly blocked_by: readonly string[]
  readonly living_tokens: number
  readonly last_used_at: string | null
  readonly warnings: readonly string[]
}

const warned: Readonly<Record<string, (removal: Removal) => string>> = {
  permanent: () => 'it is permanent: nothing brings it back',
  roles_lost: () => 'the roles bound to it are lost',
  used_lately: ({ last_used_at }) => `it is in use: last on ${last_used_at}`,
  living_tokens_end: ({ living_tokens: count }) => `${count} living token(s) end at once`,
  living_tokens_stay: ({ living_tokens: count }) =>
    `${count} living token(s) stay good until they expire: gatehouse revocations create ends them`,
  others_break: ({ would_break }) => `others break or can do less: ${would_break.join(', ')}`,
  in_use: ({ blocked_by }) => `these still refer to it: ${blocked_by.join(', ')}`,
}

/** Says in lines what a deletion would come to. */
export const sayRemoval = (what: string, removal: Removal): readonly string[] => {
  const counts = Object.entries(removal.would_delete).filter(([, count]) => count > 0)
  const all = counts.map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
  return [
    `deleting ${what}${all.length === 0 ? '' : ` deletes ${all.join(', ')}`}`,
    ...removal.warnings.map((code) => `  ${warned[code]?.(removal) ?? code}`),
  ]
}
