import { describe, expect, it } from 'vitest'
import { readStatements } from '../../scripts/hrana/statement.ts'

const textsOf = (sql: string): string[] => readStatements(sql).map(({ text }) => text)
const firstOf = (sql: string) => readStatements(sql)[0]

describe('readStatements', () => {
  it.each([
    ['', []],
    [' ; ;; -- x\n', []],
    ['SELECT 1', ['SELECT 1']],
    ['  SELECT 1 ; ', ['SELECT 1']],
    ['SELECT \';\', ";", `;`, [;]; SELECT 2', ['SELECT \';\', ";", `;`, [;]', 'SELECT 2']],
    ["SELECT 'it''s; fine'; SELECT 2", ["SELECT 'it''s; fine'", 'SELECT 2']],
    ['SELECT 1 -- ;\n; SELECT /* ; */ 2', ['SELECT 1', 'SELECT /* ; */ 2']],
    ["SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]],
    ['SELECT 1 /* open; SELECT 2', ['SELECT 1']],
  ])('splits %j', (sql, texts) => {
    expect(textsOf(sql)).toEqual(texts)
  })

  it.each(['CREATE TRIGGER', 'create temp trigger', 'EXPLAIN QUERY PLAN CREATE TEMPORARY TRIGGER'])(
    'keeps the body of %s together',
    (start) => {
      const trigger = `${start} x AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END`
      expect(textsOf(`${trigger}; SELECT 1;`)).toEqual([trigger, 'SELECT 1'])
    },
  )

  it('does not take every CREATE for a trigger', () => {
    expect(textsOf('CREATE TABLE trigger_x (a); SELECT 1')).toHaveLength(2)
  })

  it.each([
    ['SELECT ?, ?', [undefined, undefined]],
    ['SELECT :a, @b, $c, :a', [':a', '@b', '$c']],
    ['SELECT ?3, ?', [undefined, undefined, undefined, undefined]],
    ['SELECT ?1, ?1', [undefined]],
    ['SELECT ?2, :a, ?1', [undefined, undefined, ':a']],
    ["SELECT '?', a::b", [':b']],
    ['SELECT 1', []],
  ])('numbers the parameters of %j', (sql, names) => {
    expect(firstOf(sql)?.parameters).toEqual(names)
  })

  it.each([
    ['insert into t values (1)', { verb: 'INSERT', isChange: true, isInsert: true }],
    ['REPLACE INTO t VALUES (1)', { verb: 'REPLACE', isChange: true, isInsert: true }],
    ['UPDATE t SET a = 1', { verb: 'UPDATE', isChange: true, isInsert: false }],
    [
      'WITH x AS (SELECT 1), y AS (DELETE) INSERT INTO t SELECT * FROM x',
      { verb: 'INSERT', isChange: true, isInsert: true },
    ],
    ['WITH x AS (VALUES (1)) SELECT * FROM x', { verb: 'SELECT', isChange: false }],
    ['EXPLAIN INSERT INTO t VALUES (1)', { isExplained: true, isChange: false, isInsert: false }],
    ['explain query plan select 1', { isExplained: true, verb: 'SELECT' }],
    ['SELECT 1', { isExplained: false, isKeepable: true, leavesState: false }],
    ['BEGIN IMMEDIATE', { verb: 'BEGIN', isKeepable: true, leavesState: false }],
    ['PRAGMA foreign_keys = 0', { isKeepable: false, leavesState: true }],
    ['CREATE TABLE t (a)', { isKeepable: false, leavesState: false }],
    ['CREATE TABLE temp.t (a)', { isKeepable: false, leavesState: true }],
    ['CREATE TEMP TABLE t (a)', { isSupported: false, leavesState: true }],
  ])('reads %j', (sql, expected) => {
    expect(firstOf(sql)).toMatchObject(expected)
  })

  it('reads hostile text of any length', () => {
    for (const piece of ["'", '/*', '--', '(', '$a', '??', '\u{10000}', "''"]) {
      expect(readStatements(piece.repeat(20_000)).length).toBeLessThanOrEqual(1)
    }
  })
})
