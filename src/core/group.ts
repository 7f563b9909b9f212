/** A tenant has at most so many groups, and so has `/`. */
export const maxGroups = 1000

/** An account is in at most so many groups: the roles of each are read at every exchange. */
export const maxGroupsOfAccount = 100
