/**
 * Makes the names of an account's policies its own in a document, where they name them: the API lets
 * two have one name, so later ones get a number.
 */
export const ownNames = (names: readonly string[]): readonly string[] => {
  const used = new Set<string>()
  const all = new Set(names)
  return names.map((name) => {
    let own = name
    for (let n = 2; used.has(own) || (own !== name && all.has(own)); n += 1) {
      own = `${name.slice(0, 190)} (${n})`
    }
    used.add(own)
    return own
  })
}
