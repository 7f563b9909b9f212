/** A tenant has at most so many namespaces: moving or deleting them all holds the only writer. */
export const maxNamespaces = 10_000

/** A document changes at most so many objects: as they are written, nobody else can write. */
export const maxSteps = 5000
