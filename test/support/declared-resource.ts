import { catalogKinds } from "../../src/app/kinds.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { readOptions } from "../../src/model/options.ts";
import type { ResourceKind } from "../../src/model/resource.ts";
import type { Target } from "../../src/model/target.ts";

/** What a declaration comes to. */
export interface DeclaredResource {
  readonly parameters: JsonObject;
  readonly target: Target;
  /** The built-in assertions, as `claim`. */
  readonly claims: readonly string[];
}

/** Reads the options of a kind of resource, and binds its built-in assertions as the compiler does. */
export async function declare(
  kind: ResourceKind<never>,
  options: object,
  name = "thing",
): Promise<DeclaredResource> {
  const { values, problems } = readOptions(kind.fields, options);
  if (values === null) throw new Error(JSON.stringify(problems));
  const parameters: JsonObject = values;
  const target = kind.target(parameters, name);
  const claims: string[] = [];
  for (const builtIn of kind.builtIn(parameters, name)) {
    const assertion = await catalogKinds.assertion(builtIn.kind);
    if (assertion === null) throw new Error(`no kind of assertion is called ${builtIn.kind}`);
    claims.push(assertion.claim(assertion.bind(builtIn.parameters, { target, siblings: [] })));
  }
  // What stands in a plan is read again.
  const again = readOptions(kind.fields, JSON.parse(JSON.stringify(parameters)) as object);
  if (JSON.stringify(again.values) !== JSON.stringify(parameters))
    throw new Error("reads otherwise");
  return { parameters, target, claims };
}
