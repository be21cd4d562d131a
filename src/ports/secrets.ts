import type { SecretReference } from "../model/secret.ts";

/** Where secrets come from, looked up as late as possible. */
export interface Secrets {
  /**
   * Looks a secret up.
   *
   * @returns Its value, which must not get into any message.
   * @throws {@link ObservationError} When it is not there; it names the reference.
   */
  readonly resolve: (reference: SecretReference) => Promise<string>;
  /**
   * Tells whether our own environment has a variable that is not empty.
   *
   * @param name - Its name.
   */
  readonly hasVariable: (name: string) => boolean;
}
