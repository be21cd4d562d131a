import fc from "fast-check";
import { expect, it } from "vitest";
import { anything } from "../../test/support/hostile.ts";
import { action, Action, commonActionFields, planAction, type ActionScope } from "./action.ts";
import { actionReference } from "./action-option.ts";
import { collectInto, type Collector } from "./collector.ts";
import { DeployError } from "./deploy-errors.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { either, list } from "./composite-types.ts";
import { secretReference, text } from "./option-types.ts";
import { InvalidOption, readOptions } from "./options.ts";
import { RESOURCE_FIELDS } from "./policy.ts";
import { Resource } from "./resource.ts";
import { targetOf } from "./target.ts";

interface Bell {
  readonly ring: (times: string) => string;
}

class RingAction extends action({
  kind: "ring",
  name: "RingAction",
  summary: "Rings.",
  fields: {
    tone: text().required("How it sounds."),
    code: either(secretReference(), text()).optional("What lets us in."),
  },
  secrets: ["code"],
  check: ({ tone, code }) => {
    if (tone === "mute" && code !== null) throw new InvalidOption("takes no code when it is mute");
  },
  run: ({ tone, code }, world: Bell, { reason }) =>
    Promise.resolve(world.ring(`${tone} ${JSON.stringify(code)} ${reason}`)),
  sample: { tone: "low" },
}) {}

class NodAction extends action({
  kind: "nod",
  name: "NodAction",
  summary: "Nods.",
  fields: {},
  attempts: 1,
  timeoutSeconds: 5,
  run: () => Promise.resolve("nodded"),
  sample: {},
}) {}

const SCOPE: ActionScope = {
  resource: "web",
  target: targetOf("web", "host", {}),
  reason: "it is silent",
  signal: new AbortController().signal,
  remaking: null,
};

const LINE = { file: "main.ts", line: 7, column: 3 };

// What is told while a project is being loaded.
function collecting<T>(declare: () => T): readonly [T, readonly Diagnostic[]] {
  const problems: Diagnostic[] = [];
  const collector = {
    addResource: () => undefined,
    addAssertion: () => undefined,
    useAssertion: () => undefined,
    addFunction: () => {
      throw new Error("no function is declared here");
    },
    addProblem: (problem) => {
      problems.push(problem);
    },
    locate: () => LINE,
  } satisfies Collector;
  const end = collectInto(collector);
  try {
    return [declare(), problems];
  } finally {
    end();
  }
}

it("an action becomes data, with as many attempts as are declared, as its kind has, or two", () => {
  expect(new RingAction({ tone: "low" }).planned).toEqual({
    action: "ring",
    parameters: { tone: "low", code: null },
    attempts: 2,
  });
  expect(new RingAction({ tone: "low", attempts: 7 }).planned?.attempts).toBe(7);
  expect(new NodAction().planned).toEqual({ action: "nod", parameters: {}, attempts: 1 });
  expect(NodAction.kind).toMatchObject({ attempts: 1, timeoutSeconds: 5, secrets: [] });
  expect(RingAction.kind).toMatchObject({ timeoutSeconds: 60, secrets: ["code"] });
  expect(RingAction.kind.sample).toEqual({ tone: "low", code: null });
});

it("an action runs with its options as they were read", async () => {
  const { run } = RingAction.kind;
  const bell: Bell = { ring: (times) => `rang ${times}` };
  expect(await run({ tone: "high" }, bell, SCOPE)).toBe("rang high null it is silent");
});

it("what is wrong with an action is told together, with its line", () => {
  const [made, problems] = collecting(
    () => new RingAction({ tone: 5, attempts: 0, tune: "x" } as unknown as { tone: string }),
  );
  expect(made.planned).toBeNull();
  expect(problems.map(({ property, line, code }) => [property, line, code])).toEqual([
    ["RingAction.tone", 7, "option-invalid"],
    ["RingAction.tune", 7, "option-unknown"],
    ["RingAction.attempts", 7, "option-invalid"],
  ]);
  expect(problems[1]?.hint).toBe("did you mean tone?");
  const [, ofText] = collecting(() => new NodAction("now" as unknown as object));
  expect(ofText).toMatchObject([
    { property: "NodAction", message: expect.stringContaining("text") as string },
  ]);
});

it("an action whose options are wrong is told once, not once more where it is used", () => {
  const [resource, problems] = collecting(
    () =>
      new Resource(
        { kind: "thing", name: "ThingResource", fields: {} },
        {
          name: "a",
          repair: [new RingAction({} as { tone: string }), new NodAction()],
        },
      ),
  );
  expect(problems.map(({ property }) => property)).toEqual(["RingAction.tone"]);
  expect(resource.policy.repair).toMatchObject([{ parameters: {} }, { action: "nod" }]);
});

it("options that contradict one another are told, at the latest when it is to run", async () => {
  const options = { tone: "mute", code: { secretEnv: "CODE" } };
  expect(planAction(RingAction.kind, options).problems).toMatchObject([
    { code: "option-invalid", property: "", message: "takes no code when it is mute" },
  ]);
  expect(planAction(RingAction.kind, { tone: "mute" }).problems).toEqual([]);
  const ringing = RingAction.kind.run(options, { ring: (times) => times }, SCOPE);
  await expect(ringing).rejects.toThrow(DeployError);
});

it("a misspelled attempts is known to be one", () => {
  const { problems } = planAction(NodAction.kind, { attempt: 3 });
  expect(problems).toMatchObject([{ property: "attempt", hint: "did you mean attempts?" }]);
});

it("a project only says where a secret is; a task may hold it", () => {
  const options = { tone: "low", code: "hunter2" };
  const [made, problems] = collecting(() => new RingAction(options));
  expect(made.planned).toBeNull();
  expect(problems).toMatchObject([{ property: "RingAction.code", code: "option-invalid" }]);
  expect(JSON.stringify(problems)).not.toContain("hunter2");
  expect(planAction(RingAction.kind, options).planned?.parameters).toEqual(options);
  const code = { secretEnv: "CODE" };
  expect(new RingAction({ tone: "low", code }).planned?.parameters).toEqual({ tone: "low", code });
});

it("an option takes actions, and what they became", () => {
  const ring = new RingAction({ tone: "low" });
  const fields = { repair: list(actionReference()).required("What is tried.") };
  const { values } = readOptions(fields, { repair: [ring, new NodAction()] });
  expect(values?.repair).toEqual([ring.planned, new NodAction().planned]);
  const restored: unknown = JSON.parse(JSON.stringify(values));
  expect(readOptions(fields, restored).values).toEqual(values);
});

it.each([
  ["restart", "", 'must be an action: got "restart"'],
  [{ action: "ring" }, "", "must be an action: got an object"],
  [{ action: "ring", parameters: {}, attempts: 1, more: 1 }, "", "must be an action"],
  [{ action: "No Kind", parameters: {}, attempts: 1 }, ".action", "must be kind of action"],
  [{ action: "ring", parameters: [], attempts: 1 }, ".parameters", "got a list"],
  [{ action: "ring", parameters: { a: () => 1 }, attempts: 1 }, ".parameters.a", "got a function"],
  [{ action: "ring", parameters: {}, attempts: 0.5 }, ".attempts", "must be integer"],
])("%j is no action", (value, property, message) => {
  const { problems } = readOptions(
    { repair: actionReference().required("What is tried.") },
    { repair: value },
  );
  expect(problems).toMatchObject([
    { property: `repair${property}`, message: expect.stringContaining(message) as string },
  ]);
});

it("anything at all is an action, or is told to be none", () => {
  const type = actionReference().required("What is tried.");
  const like = fc.record({ action: anything, parameters: anything, attempts: anything });
  fc.assert(
    fc.property(fc.oneof(anything, like), (value) => {
      const { values, problems } = readOptions({ repair: type }, { repair: value });
      expect(values === null).toBe(problems.length > 0);
      if (values === null) return;
      const restored: unknown = JSON.parse(JSON.stringify(values));
      expect(readOptions({ repair: type }, restored).values).toEqual(values);
    }),
  );
});

it("every action is an Action, and shares its options with none of a resource", () => {
  expect(new NodAction()).toBeInstanceOf(Action);
  expect(Object.keys(commonActionFields())).toEqual(["attempts"]);
  expect(RESOURCE_FIELDS.repair.type).toContain("action");
});
