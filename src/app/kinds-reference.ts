import { actions } from "../catalog/actions.ts";
import { assertions } from "../catalog/assertions.ts";
import { resources } from "../catalog/resources.ts";
import { commonActionFields } from "../model/action.ts";
import { commonAssertionFields } from "../model/assertion.ts";
import type { Fields, Presence } from "../model/options.ts";
import { RESOURCE_FIELDS } from "../model/policy.ts";

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
  readonly family: "assertion" | "resource" | "action";
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
 * @returns Assertions first, then resources and actions, each family in the order of its kinds.
 */
export async function catalogReference(): Promise<CatalogReference> {
  const [ofAssertions, ofResources, ofActions] = await Promise.all([
    all(assertions),
    all(resources),
    all(actions),
  ]);
  const describe =
    (family: KindReference["family"]) =>
    ({ kind, name, summary, fields }: Described): KindReference => ({
      family,
      kind,
      name,
      summary,
      options: optionsOf(fields),
    });
  return {
    kinds: [
      ...ofAssertions.map(describe("assertion")),
      ...ofResources.map(describe("resource")),
      ...ofActions.map(describe("action")),
    ],
    common: {
      assertion: optionsOf(commonAssertionFields()),
      resource: optionsOf(RESOURCE_FIELDS),
      action: optionsOf(commonActionFields()),
    },
  };
}

/** What the reference tells of a kind, whatever it is a kind of. */
type Described = Pick<KindReference, "kind" | "name" | "summary"> & { readonly fields: Fields };

function all(
  catalog: Readonly<Record<string, () => Promise<Described>>>,
): Promise<readonly Described[]> {
  return Promise.all(Object.values(catalog).map((load) => load()));
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
