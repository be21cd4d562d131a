import { text } from "./option-types.ts";
import { InvalidOption } from "./options.ts";
import type { Target } from "./target.ts";

/** A path of the file system; what is relative is relative to the project. */
export const PATH = text({ most: 4_096, label: "path" });

/**
 * Completes the path of an assertion with that of its resource.
 *
 * @param path - As declared; null when it was not.
 * @param target - What the resource is.
 * @returns The path to add; nothing when it was declared.
 * @throws {@link InvalidOption} When neither says one.
 */
export function ownPath(path: string | null, target: Target): { readonly path?: string } {
  if (path !== null) return {};
  if (target.path !== null) return { path: target.path };
  throw new InvalidOption("needs a path, as its resource has none", { code: "option-missing" });
}
