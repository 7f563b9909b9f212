/** The version of this package; the build refuses one that `package.json` does not name. */
export const version = '0.1.0'
