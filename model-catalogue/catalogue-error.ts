/** What a user can cause: a source that cannot be had, a model that cannot be used, a name that is taken. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError'
}

/** The command was used wrongly. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
