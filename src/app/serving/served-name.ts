import { ConfigurationError } from "../../model/diagnostic.ts";
import { nameFrom } from "../project/identity-text.ts";
import { readIdentity } from "../project/identity.ts";
import type { Source } from "../watching/source.ts";

/**
 * Tells what a project will be called that is served.
 *
 * @param source - One of its files.
 * @returns The name that its `clockwork.yaml` says; otherwise one made from that of its folder, as it fits into an address.
 * @throws {@link ConfigurationError} When its `clockwork.yaml` is wrong.
 */
export async function servedName({ root, name }: Pick<Source, "root" | "name">): Promise<string> {
  return (await readIdentity(root)).name ?? nameFrom(name);
}

/**
 * Refuses projects of one name: they are asked for by their names.
 *
 * @param sources - One file of each.
 * @throws {@link ConfigurationError} When two are called the same.
 */
export async function refuseSameNames(sources: readonly Source[]): Promise<void> {
  const names = await Promise.all(sources.map(servedName));
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
  if (twice.size === 0) return;
  throw new ConfigurationError(
    [...twice].map((name) => ({
      code: "name-duplicate",
      file: "",
      line: null,
      column: null,
      property: null,
      message: `two projects are called ${name}, and are served by their names`,
      hint: "name one of them otherwise in its clockwork.yaml",
    })),
  );
}
