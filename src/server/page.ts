/** A page of things with rising ids, the newest first. */
export interface Page<T> {
  readonly page: readonly T[];
  /** What `before` of the next page is; null on the last one. */
  readonly next: number | null;
}

/**
 * Reads a page: one more than it holds tells whether there are more.
 *
 * @param query - How many, and before which id.
 * @param read - Lists the newest ones of that.
 * @returns The page.
 */
export async function pageOf<T extends { readonly id: number }>(
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
  read: (query: { readonly limit: number; readonly before?: number }) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const found = await read({ limit: limit + 1, ...(before === undefined ? {} : { before }) });
  const page = found.slice(0, limit);
  return { page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
}
