/**
 * Names members as the API does, in snake_case. Only these: what they hold may be somebody else's data,
 * such as claims, whose names stay as they are.
 */
export const inWireWords = (
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  )
