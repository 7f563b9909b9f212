/** The letters of our ids, in the order in which text sorts. */
export const idLetters = '0123456789abcdefghjkmnpqrstvwxyz'

const timeLength = 10

/** How an id begins that is made at a time (epoch milliseconds): ids of a prefix sort by it. */
export const firstIdAt = (prefix: string, atMs: number): string => {
  let time = ''
  for (let rest = atMs, i = 0; i < timeLength; i++, rest = Math.floor(rest / 32)) {
    time = `${idLetters[rest % 32]}${time}`
  }
  return `${prefix}_${time}`
}

/** When an id was made, in epoch milliseconds. */
export const timeOfId = (id: string): number => {
  const start = id.indexOf('_') + 1
  const time = [...id.slice(start, start + timeLength)]
  return time.reduce((ms, letter) => ms * 32 + idLetters.indexOf(letter), 0)
}
