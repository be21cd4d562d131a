import { LIMIT_AFFECTED } from "../../model/incident.ts";
import type { Entry } from "./entry.ts";

const NONE: readonly string[] = [];

/** What fails because of something else: by the name of what is at the root. */
export class Victims {
  readonly #byRoot = new Map<string, Set<string>>();
  readonly #rootOf = new Map<string, string>();

  /**
   * Takes in what causes the failure of a resource by now.
   *
   * @param resource - The resource.
   * @param root - What causes it; null when nothing does.
   */
  set(resource: string, root: string | null): void {
    const before = this.#rootOf.get(resource) ?? null;
    if (before === root) return;
    if (before !== null) this.#leave(before, resource);
    if (root === null) {
      this.#rootOf.delete(resource);
      return;
    }
    this.#rootOf.set(resource, root);
    const victims = this.#byRoot.get(root) ?? new Set();
    this.#byRoot.set(root, victims.add(resource));
  }

  /**
   * What fails because of a resource.
   *
   * @param root - The resource.
   * @returns Names.
   */
  of(root: string): readonly string[] {
    const victims = this.#byRoot.get(root);
    return victims === undefined ? NONE : [...victims];
  }

  #leave(root: string, resource: string): void {
    const victims = this.#byRoot.get(root);
    victims?.delete(resource);
    if (victims?.size === 0) this.#byRoot.delete(root);
  }

  /**
   * Finds those that the incident of a resource does not name yet.
   *
   * @param root - The resource, and its open incidents.
   * @returns The names that it should have; null when it has them, or there is no incident.
   */
  missingIn({ subject, incidents }: Entry): readonly string[] | null {
    const incident = incidents.find(({ kind }) => kind === "failure");
    if (incident === undefined || incident.affected.length >= LIMIT_AFFECTED) return null;
    const all = new Set([...incident.affected, ...this.of(subject.name)]);
    return all.size === incident.affected.length ? null : [...all].slice(0, LIMIT_AFFECTED);
  }
}
