import { commonAssertionFields } from "../../model/assertion.ts";
import { readOptions, type Fields } from "../../model/options.ts";
import { RESOURCE_FIELDS } from "../../model/policy.ts";

/** A constructor call, as it is to be written. */
export interface Call {
  readonly className: string;
  /** In the order in which they are written. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What is wrong with the options, in words; empty when nothing is. */
  readonly problems: readonly string[];
}

/** A resource that is to be written. */
export interface Draft {
  /** What it might be called; made valid and unique later on. */
  readonly name: string;
  readonly resource: Call;
  readonly assertions: readonly Call[];
}

/** A class of the catalogue. */
interface CatalogClass {
  new (...args: never[]): unknown;
  readonly kind: { readonly name: string; readonly fields: Fields };
}

type OptionsFor<C extends CatalogClass> = NonNullable<ConstructorParameters<C>[0]>;

/**
 * Drafts an assertion.
 *
 * @param of - Its class.
 * @param options - As a person would write them.
 * @returns The call.
 */
export function draftAssertion<C extends CatalogClass>(of: C, options: OptionsFor<C>): Call {
  return call(of, { ...of.kind.fields, ...commonAssertionFields() }, options);
}

/**
 * Drafts a resource, without its name and its assertions.
 *
 * @param of - Its class.
 * @param options - As a person would write them.
 * @returns The call.
 */
export function draftResource<C extends CatalogClass>(of: C, options: OptionsFor<C>): Call {
  return call(of, { ...of.kind.fields, ...RESOURCE_FIELDS }, options);
}

/**
 * Tells what is wrong with a draft.
 *
 * @param draft - The draft.
 * @returns In words; empty when it can be written.
 */
export function draftProblems({ resource, assertions }: Draft): readonly string[] {
  return [...new Set([resource, ...assertions].flatMap(({ problems }) => problems))];
}

function call(of: CatalogClass, fields: Fields, options: object): Call {
  const { problems } = readOptions(fields, options);
  return {
    className: of.kind.name,
    options: { ...options },
    problems: problems.map(({ property, message }) => `${property} ${message}`),
  };
}
