import { DeployError } from "../../model/deploy-errors.ts";
import type { BookEntry, MarkBook } from "../../ports/mark-book.ts";

/**
 * Makes a book of marks that is kept nowhere.
 *
 * @returns An empty one.
 */
export function simulatedMarkBook(): MarkBook {
  const entries = new Map<string, BookEntry>();
  return {
    find: async (claim) => entries.get(claim)?.marks ?? null,
    write: async (claim, marks, kind, { isNew = false } = {}) => {
      if (isNew && entries.has(claim)) {
        throw new DeployError(`${claim} is marked already`, { code: "resource-foreign" });
      }
      entries.set(claim, { claim, marks, ...(kind === undefined ? {} : { kind }) });
    },
    erase: async (claim, { instance }) => {
      if (entries.get(claim)?.marks.instance === instance) entries.delete(claim);
    },
    list: async (project) =>
      [...entries.values()]
        .filter(({ marks }) => marks.project === project)
        .toSorted((one, other) => (one.claim < other.claim ? -1 : 1)),
  };
}
