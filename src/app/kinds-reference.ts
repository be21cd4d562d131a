import { assertions } from "../catalog/assertions.ts";
import { resources } from "../catalog/resources.ts";
import { commonAssertionFields } from "../model/assertion.ts";
import type { Fields, Presence } from "../model/options.ts";
import { RESOURCE_FIELDS } from "../model/policy.ts";
import { catalogKinds } from "./kinds.ts";

/** One option, as the reference shows it. */
export interface OptionReference {
  readonly name: string;
  readonly type: string;
  readonly presence: Presence;
  /** What it is when it is not given, as JSON; null when there is no such value. */
  readonly default: string | null;
  readonly summary: string;
}

/** One kind, as the reference shows it. */
export interface KindReference {
  readonly family: "assertion" | "resource";
  /** In kebab case, such as `port-accessible`. */
  readonly kind: string;
  /** The class's name: `PortAccessibleAssert`. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionReference[];
}

/** Every kind, and the options that all of a family have. */
export interface CatalogReference {
  readonly kinds: readonly KindReference[];
  readonly common: Readonly<Record<KindReference["family"], readonly OptionReference[]>>;
}

/**
 * Describes the whole catalogue, from the same fields that read what people write.
 *
 * @returns Assertions first, each family in the order of its kinds.
 */
export async function catalogReference(): Promise<CatalogReference> {
  const [ofAssertions, ofResources] = await Promise.all([
    Promise.all(Object.keys(assertions).map((kind) => catalogKinds.assertion(kind))),
    Promise.all(Object.keys(resources).map((kind) => catalogKinds.resource(kind))),
  ]);
  const describe =
    (family: KindReference["family"]) =>
    (kind: (typeof ofAssertions)[number] | (typeof ofResources)[number]): KindReference[] =>
      kind === null
        ? []
        : [
            {
              family,
              kind: kind.kind,
              name: kind.name,
              summary: kind.summary,
              options: optionsOf(kind.fields),
            },
          ];
  return {
    kinds: [
      ...ofAssertions.flatMap(describe("assertion")),
      ...ofResources.flatMap(describe("resource")),
    ],
    common: {
      assertion: optionsOf(commonAssertionFields()),
      resource: optionsOf(RESOURCE_FIELDS),
    },
  };
}

function optionsOf(fields: Fields): readonly OptionReference[] {
  return Object.entries(fields).map(([name, { type, presence, defaultText, summary }]) => ({
    name,
    type,
    presence,
    default: defaultText,
    summary,
  }));
}
