interface Preference {
  /** 0 to 1: how much it is wanted. */
  readonly quality: number
  /** Whether it was named, not only covered by a wildcard. */
  readonly named: boolean
}

const unwanted: Preference = { quality: 0, named: false }

const readRanges = (accept: string): ReadonlyMap<string, number> =>
  new Map(
    accept.split(',').map((part) => {
      const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return [range, weight === undefined ? 1 : Number(weight.slice(2)) || 0]
    }),
  )

// The most specific range decides (RFC 9110 §12.5.1).
const preferenceFor = (ranges: ReadonlyMap<string, number>, type: string): Preference => {
  const exact = ranges.get(type)
  if (exact !== undefined) return { quality: exact, named: true }
  const quality = ranges.get(`${type.split('/')[0]}/*`) ?? ranges.get('*/*')
  return quality === undefined ? unwanted : { quality, named: false }
}

/** Whether an `Accept` header asks for CSV. JSON is what everybody else gets. */
export const prefersCsv = (accept: string | undefined): boolean => {
  if (accept === undefined) return false
  const ranges = readRanges(accept)
  const csv = preferenceFor(ranges, 'text/csv')
  const json = preferenceFor(ranges, 'application/json')
  if (csv.quality !== json.quality) return csv.quality > json.quality
  return csv.quality > 0 && csv.named && !json.named
}

/** Whether an `Accept` header asks for a page: everybody gets one who does not prefer JSON. */
export const prefersHtml = (accept: string | undefined): boolean => {
  if (accept === undefined) return true
  const ranges = readRanges(accept)
  const page = preferenceFor(ranges, 'text/html')
  const json = preferenceFor(ranges, 'application/json')
  if (page.quality !== json.quality) return page.quality > json.quality
  return page.named || !json.named
}
