import * as z from 'zod'

// RFC 5321: the longest path that a mail server must take.
const address = z.email().max(254)

/** Whether a text is one plain e-mail address, in ASCII and without anything around it. */
export const isEmailAddress = (text: string): boolean => address.safeParse(text).success
