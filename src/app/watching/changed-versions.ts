import type { Store } from "../../ports/store.ts";

/** By resource: the version that changed it last, and the one before. */
export type ChangedVersions = ReadonlyMap<
  string,
  {
    /** When it was deployed, in milliseconds since 1970-01-01 UTC. */
    readonly at: number;
    /** The number of the version before, which still has the earlier specification. */
    readonly before: number;
  }
>;

/** So many versions are looked through: older ones are none to go back to by oneself. */
const LIMIT_VERSIONS = 20;

/**
 * Finds which version changed each resource last, among the newest: an apply alone, as a rollback has gone back already.
 *
 * @param store - Where they are.
 * @returns By resource; what was only created is not among them.
 */
export async function findChanged(store: Pick<Store, "versions">): Promise<ChangedVersions> {
  const found = new Map<string, { readonly at: number; readonly before: number }>();
  const seen = new Set<string>();
  const versions = await store.versions({ limit: LIMIT_VERSIONS });
  for (const [index, { changes, endedAt, status, purpose }] of versions.entries()) {
    const before = versions.slice(index + 1).find((version) => version.status === "deployed");
    for (const { resource, action } of changes) {
      if (status !== "deployed" || seen.has(resource)) continue;
      seen.add(resource);
      const isChange = purpose === "apply" && (action === "update" || action === "replace");
      if (!isChange || endedAt === null || before === undefined) continue;
      found.set(resource, { at: endedAt, before: before.number });
    }
  }
  return found;
}
