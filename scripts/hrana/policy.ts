import { type Token, wordOf } from './tokens.ts'

// The lists of libsql-server's query_analysis.rs. What production refuses is refused here, so
// that a test which passes against this server does not fail there.
const PRAGMAS = new Set(
  `table_list index_list table_info table_xinfo index_info index_xinfo pragma_list compile_options
  database_list function_list module_list encoding defer_foreign_keys foreign_keys foreign_key_list
  foreign_key_check collation_list data_version freelist_count integrity_check legacy_file_format
  page_count quick_check stats user_version`.split(/\s+/),
)
const PRAGMAS_TO_READ = new Set(
  `schema_version analysis_limit application_id auto_vacuum automatic_index busy_timeout cache_size
  cache_spill cell_size_check checkpoint_fullfsync fullfsync hard_heap_limit journal_mode
  journal_size_limit legacy_alter_table locking_mode max_page_count mmap_size page_size query_only
  read_uncommitted recursive_triggers reverse_unordered_selects secure_delete soft_heap_limit
  synchronous temp_store threads trusted_schema wal_autocheckpoint`.split(/\s+/),
)
const UNSUPPORTED_VERBS = new Set(['ATTACH', 'VACUUM', 'ANALYZE'])

/** Says whether the real server takes a statement; `verbAt` is the index of its verb. */
export function isSupported(tokens: readonly Token[], verbAt: number): boolean {
  const verb = wordOf(tokens[verbAt])
  if (UNSUPPORTED_VERBS.has(verb)) return false
  if (verb === 'CREATE') return !/^TEMP(?:ORARY)?$/.test(wordOf(tokens[verbAt + 1]))
  if (verb === 'PRAGMA') return isSupportedPragma(tokens.slice(verbAt + 1))
  return true
}

function isSupportedPragma(tokens: readonly Token[]): boolean {
  const nameAt = tokens[1]?.text === '.' ? 2 : 0
  const name = tokens[nameAt]?.text.toLowerCase() ?? ''
  if (PRAGMAS.has(name)) return true
  return PRAGMAS_TO_READ.has(name) && tokens.length === nameAt + 1
}
