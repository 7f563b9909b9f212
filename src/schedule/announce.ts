import type { Context } from '../context.ts'
import type { Expiring } from '../core/notice.ts'
import { findExpiring } from '../store/credentials/expiring.ts'
import { addNotices, countPending, findUntold } from '../store/notices/notice-making.ts'
import { newRooms, type Rooms } from './rooms.ts'

/** What of a Context this needs. */
type World = Pick<Context, 'db' | 'nowMs' | 'remainingMs'>

// To put all that expires in order is dear: it is done once for so many.
const page = 2000
// Each is looked up for all who might hear of it.
const bite = 100
// Every writer waits while one statement runs.
const insertBite = 200
// The rest of a run is for sending.
const leastMs = 15_000

const chunks = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  )

const announceSome = async (
  { db, nowMs }: World,
  rooms: Rooms,
  found: readonly Expiring[],
): Promise<number> => {
  const untold = await findUntold(db, { nowMs, found, full: rooms.full() })
  let made = 0
  for (const some of chunks(untold.filter(rooms.take), insertBite)) {
    made += await addNotices(db, some, nowMs)
  }
  return made
}

/**
 * Makes the notices that are due now while there is time: one for each subscriber, credential, expiry
 * and threshold, ever. Says how many it made.
 */
export const announce = async (world: World): Promise<number> => {
  const { db, nowMs, remainingMs } = world
  const rooms = newRooms(await countPending(db))
  let made = 0
  for (let offset = 0; ; offset += page) {
    const found = await findExpiring(db, { nowMs, limit: page, offset })
    for (const some of chunks(found, bite)) {
      if (remainingMs() < leastMs) return made
      made += await announceSome(world, rooms, some)
    }
    if (found.length < page) return made
  }
}
