/** An account, and so a group, is bound to at most so many roles: all are read at every exchange. */
export const maxBindings = 200

/**
 * At most so many of them lie in one namespace right below its own, with all below that: who manages
 * bindings there must not use up what others need.
 */
export const maxBindingsBelow = 40

/** An account has at most so many roles with those of its groups. */
export const maxBindingsOfAccount = 500
