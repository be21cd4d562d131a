import { assertion } from "../../src/model/assertion.ts";
import { list } from "../../src/model/composite-types.ts";
import type { CheckPlan, PlannedCheck } from "../../src/model/check-plan.ts";
import { ObservationError, TransportError } from "../../src/model/errors.ts";
import { oneOf, resourceReference, text } from "../../src/model/option-types.ts";
import { InvalidOption } from "../../src/model/options.ts";
import { resource } from "../../src/model/resource.ts";
import { targetOf } from "../../src/model/target.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Kinds } from "../../src/ports/kinds.ts";
import type { World } from "../../src/ports/world.ts";

/** What a fake assertion can be told to do. */
export const BEHAVIOURS = [
  "pass",
  "fail",
  "error",
  "refuse",
  "break",
  "blind",
  "crash",
  "hang",
  "slow",
] as const;

/** One of {@link BEHAVIOURS}. */
export type Behaviour = (typeof BEHAVIOURS)[number];

/** So long a slow one takes, in milliseconds. */
export const SLOW_MS = 1_000;

const fields = {
  does: oneOf(BEHAVIOURS).or("pass", "What it does."),
  path: text().optional("A path; its resource's by default."),
  near: resourceReference().optional("Another resource."),
};

/** An assertion that does what it is told to. */
class FakeAssert extends assertion({
  kind: "fake",
  name: "FakeAssert",
  summary: "It does what it is told to.",
  uses: [],
  fields,
  bind: ({ does, path }, { target }) => {
    if (does === "break" && target.path === null && path === null) {
      throw new InvalidOption("needs a path");
    }
    return path === null && target.path !== null ? { path: target.path } : {};
  },
  claim: ({ does }) => `it does ${does}`,
  subject: ({ does, path }) => path ?? does,
  probe: ({ does }, world: World, { signal }) => behave(does, world.clock, signal),
  judge: (seen) => ({ verdict: seen, expected: "pass", actual: seen }),
  samples: [],
}) {}

/** The same, when no answer is a fault of our own tool. */
class ToolAssert extends assertion({
  kind: "tool",
  name: "ToolAssert",
  summary: "Our own tool does what it is told to.",
  uses: [],
  fields,
  timeoutSeconds: 2,
  blameForTimeout: "ourselves",
  claim: () => "the tool answers",
  subject: () => "tool",
  probe: ({ does }, world: World, { signal }) => behave(does, world.clock, signal),
  judge: (seen) => ({ verdict: seen, expected: "pass", actual: seen }),
  samples: [],
}) {}

/** A resource that asserts something by itself. */
class ThingResource extends resource({
  kind: "thing",
  name: "ThingResource",
  summary: "A thing.",
  fields: { path: text().optional("A path.") },
  checkIntervalSeconds: 60,
  target: ({ path }) => ({ path }),
  builtIn: ({ path }) => [{ kind: "fake", parameters: { does: "pass", path, near: null } }],
  sample: {},
}) {}

/** A resource that asserts nothing by itself. */
class BareResource extends resource({
  kind: "bare",
  name: "BareResource",
  summary: "Nothing.",
  fields: {},
  checkIntervalSeconds: 60,
  target: () => ({}),
  sample: {},
}) {}

/** A unit of others. */
class UnitResource extends resource({
  kind: "unit",
  name: "UnitResource",
  summary: "A unit.",
  fields: { parts: list(resourceReference()).required("Its parts.") },
  checkIntervalSeconds: 60,
  target: () => ({}),
  builtIn: () => [],
  passesOnDependencies: true,
  sample: { parts: ["a"] },
}) {}

const assertions = new Map([FakeAssert, ToolAssert].map(({ kind }) => [kind.kind, kind]));
const resources = new Map(
  [ThingResource, BareResource, UnitResource].map(({ kind }) => [kind.kind, kind]),
);

/** A catalogue of these. */
export const fakeKinds: Kinds = {
  assertion: (kind) => Promise.resolve(assertions.get(kind) ?? null),
  resource: (kind) => Promise.resolve(resources.get(kind) ?? null),
  action: () => Promise.resolve(null),
  resourceNames: [...resources.keys()],
};

/** A plan of one resource, with one fake check for each behaviour. */
export function fakePlan(
  name: string,
  behaviours: readonly Behaviour[],
  dependsOn: readonly string[] = [],
  more: Partial<PlannedCheck> = {},
): CheckPlan {
  return {
    format: 1,
    project: "test",
    resource: name,
    kind: "thing",
    hash: "0",
    target: targetOf(name, "thing", {}),
    dependsOn: dependsOn.map((needed) => ({ resource: needed, condition: "healthy" })),
    checks: behaviours.map((does, index) => ({
      id: `fake-${String(index)}`,
      kind: "fake",
      name: "FakeAssert",
      claim: does,
      subject: does,
      parameters: { does, path: null, near: null },
      severity: "fail",
      timeoutSeconds: 5,
      description: null,
      related: {},
      ...more,
    })),
  };
}

async function behave(
  does: Behaviour,
  clock: Clock,
  signal: AbortSignal,
): Promise<"pass" | "fail" | "error"> {
  switch (does) {
    case "pass":
    case "fail":
    case "error":
      return does;
    case "refuse":
      throw new TransportError("connection refused");
    case "break":
      throw new TransportError("too many open files", { blame: "ourselves" });
    case "blind":
      throw new ObservationError("no engine to ask");
    case "crash":
      throw new TypeError("a bug");
    case "hang":
      return await new Promise(() => undefined);
    case "slow":
      await clock.sleep(SLOW_MS, signal);
      return "pass";
  }
}
