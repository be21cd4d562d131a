import { catalogKinds } from "../../src/app/kinds.ts";
import { openWorld } from "../../src/app/world.ts";
import { Cancellation } from "../../src/engine/cancellation.ts";
import { runCheck, type CheckOutcome } from "../../src/engine/run-check.ts";
import type { AssertionKind, Binding } from "../../src/model/assertion.ts";
import type { PlannedCheck } from "../../src/model/check-plan.ts";
import { readOptions } from "../../src/model/options.ts";
import { targetOf, type Target, type TargetParts } from "../../src/model/target.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import type { World } from "../../src/ports/world.ts";

/** Where an assertion of a test looks, and with what. */
export interface Place {
  /** What its resource is. */
  readonly target?: TargetParts;
  readonly siblings?: Binding["siblings"];
  /** What the resources are that it names, by name. */
  readonly related?: Readonly<Record<string, TargetParts>>;
  /** Where secrets and addresses of engines come from; that of the tests by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder of the project; `/` by default. */
  readonly root?: string;
  /** The kind's own by default. */
  readonly timeoutSeconds?: number;
}

/** What people read of an outcome: the verdict, what was expected, and what was seen. */
export type Shown = readonly [verdict: Verdict, expected: string | null, actual: string];

/** How long one look may take that is to find a target that hangs. */
export const HANGING: Pick<Place, "timeoutSeconds"> = { timeoutSeconds: 0.4 };

/** What an outcome of {@link HANGING} says. */
export const NO_ANSWER = "no answer within 0.4 s";

/** Carries out one assertion of a kind as the engine does, in the real world: reads its options, binds, looks, judges. */
export async function assertKind(
  kindName: string,
  options: object,
  place: Place = {},
): Promise<CheckOutcome> {
  const kind = await catalogKinds.assertion(kindName);
  if (kind === null) throw new Error(`no kind of assertion is called ${kindName}`);
  const { root = "/", env } = place;
  await using world = openWorld({ root, ...(env === undefined ? {} : { env }) });
  using cancellation = new Cancellation(undefined);
  const target = targetOf("resource", "host", place.target ?? {});
  const check = planned(kind, { options, target, place });
  return await runCheck(check, target, { kinds: catalogKinds, world, cancellation });
}

/** Carries out one assertion, and gives what people read of its outcome. */
export async function shown(kind: string, options: object, place: Place = {}): Promise<Shown> {
  const { verdict, expected, actual } = await assertKind(kind, options, place);
  return [verdict, expected, actual];
}

interface Declared {
  readonly options: object;
  readonly target: Target;
  readonly place: Place;
}

// As a compiled plan has it, which holds nothing that JSON does not.
function planned(kind: AssertionKind<World>, { options, target, place }: Declared): PlannedCheck {
  const { values, problems } = readOptions(kind.fields, options);
  if (values === null) throw new Error(JSON.stringify(problems));
  const parameters = kind.bind(values, { target, siblings: place.siblings ?? [] });
  const related = Object.entries(place.related ?? {}).map(
    ([name, parts]) => [name, targetOf(name, "host", parts)] as const,
  );
  const check: PlannedCheck = {
    id: kind.kind,
    kind: kind.kind,
    name: kind.name,
    claim: kind.claim(parameters),
    subject: kind.subject(parameters),
    parameters,
    severity: "fail",
    timeoutSeconds: place.timeoutSeconds ?? kind.timeoutSeconds,
    description: null,
    related: Object.fromEntries(related),
  };
  return JSON.parse(JSON.stringify(check)) as PlannedCheck;
}
