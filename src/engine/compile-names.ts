import { InvalidOption } from "../model/options.ts";
import { closest, quoted } from "../model/wording.ts";
import type { Reference } from "./compile-dependencies.ts";

/** The names of all resources of a project, those included that are wrong themselves. */
export class ResourceNames {
  readonly #names: ReadonlySet<string>;

  /**
   * Takes the names.
   *
   * @param resources - Whatever was declared.
   */
  constructor(resources: readonly { readonly name: string }[]) {
    this.#names = new Set(resources.map(({ name }) => name));
  }

  /**
   * Tells whether a resource of that name was declared.
   *
   * @param name - A name.
   * @returns True also for one that is wrong itself: that is a problem of its own.
   */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /**
   * Helps with a name that does not exist.
   *
   * @param name - What was written.
   * @returns What may have been meant.
   */
  near(name: string): string {
    const near = closest(name, this.#names);
    return near === null ? `there are ${[...this.#names].join(", ")}` : `did you mean ${near}?`;
  }

  /**
   * Refuses an option that names what was not declared.
   *
   * @param reference - The option, and what it names.
   * @throws {@link InvalidOption} When no resource is called so.
   */
  check({ property, name }: Reference): void {
    if (this.has(name)) return;
    throw new InvalidOption(`names a resource that does not exist: ${quoted(name)}`, {
      property,
      code: "connection-unknown",
      hint: this.near(name),
    });
  }
}
