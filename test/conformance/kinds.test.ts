import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actions } from "../../src/catalog/actions.ts";
import { assertions } from "../../src/catalog/assertions.ts";
import { resources } from "../../src/catalog/resources.ts";
import { Action, commonActionFields, planAction, type ActionKind } from "../../src/model/action.ts";
import { Assertion, commonAssertionFields, type AssertionKind } from "../../src/model/assertion.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { InvalidOption, readOptions, type Fields } from "../../src/model/options.ts";
import { RESOURCE_FIELDS } from "../../src/model/policy.ts";
import { Resource, type ResourceKind } from "../../src/model/resource.ts";
import { targetOf } from "../../src/model/target.ts";
import type { World } from "../../src/ports/world.ts";
import { anything } from "../support/hostile.ts";

const FOLDER = new URL("../../src/catalog/", import.meta.url);

const LIMIT_WORDS = 300;
const LIMIT_JUDGEMENT_BYTES = 4_096;

/** One sentence: it begins with a capital letter or code, ends with a full stop, and is all on one line. */
const SENTENCE = /^[A-Z`'"\d][^\n]*[.?]$/u;
const RUNS = { numRuns: 40 };

type Entries<Kind> = readonly (readonly [string, () => Promise<Kind>])[];

const ofAssertions: Entries<AssertionKind<World>> = Object.entries(assertions);
const ofResources: Entries<ResourceKind<never>> = Object.entries(resources);
const ofActions: Entries<ActionKind<never>> = Object.entries(actions);

function filesIn(folder: string): readonly string[] {
  return readdirSync(new URL(`${folder}/`, FOLDER))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -3));
}

async function exportsOf(folder: string, kind: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(new URL(`${folder}/${kind}.ts`, FOLDER).href)) as Record<string, unknown>;
}

// `http-status` is HTTPStatusAssert: the name says the same words, whatever is written in capitals.
function plainName(kind: string, ending: string): string {
  return `${kind.replaceAll("-", "")}${ending}`.toLowerCase();
}

function prototypeOf(exported: unknown): unknown {
  return typeof exported === "function" ? exported.prototype : null;
}

function expectDescribed(fields: Fields): void {
  for (const [name, { summary, type, presence, defaultText }] of Object.entries(fields)) {
    expect({ name, summary }).toEqual({ name, summary: expect.stringMatching(SENTENCE) as string });
    expect(type).not.toBe("");
    expect(defaultText === null).toBe(presence !== "defaulted");
  }
}

function expectWords(words: string): void {
  expect(words).not.toBe("");
  expect(words.length).toBeLessThanOrEqual(LIMIT_WORDS);
  expect(words).not.toMatch(/\p{Cc}/u);
  expect(words).not.toMatch(/\bundefined\b|\bnull\b|\[object|NaN/u);
}

// Wrong options of a kind are problems; whatever else is thrown is a bug.
function readAnything(fields: Fields): void {
  const names = Object.keys(fields);
  const options = fc.oneof(
    anything,
    fc.dictionary(fc.constantFrom(...names, "constructor", "__proto__"), anything, { maxKeys: 6 }),
  );
  fc.assert(
    fc.property(options, (value) => {
      const { values, problems } = readOptions(fields, value);
      expect(values === null).toBe(problems.length > 0);
      for (const { message, property } of problems) {
        expect(message).not.toBe("");
        expect(`${message}${property}`).not.toMatch(/\p{Cc}/u);
      }
      if (values === null) return;
      expect(readOptions(fields, values)).toEqual({ values, problems: [] });
      const restored: unknown = JSON.parse(JSON.stringify(values));
      expect(readOptions(fields, restored)).toEqual({ values, problems: [] });
    }),
    RUNS,
  );
}

it("the catalogue lists every file, and nothing else", () => {
  expect(ofAssertions.map(([kind]) => kind)).toEqual(filesIn("assertions").toSorted());
  expect(ofResources.map(([kind]) => kind)).toEqual(filesIn("resources").toSorted());
  expect(ofActions.map(([kind]) => kind)).toEqual(filesIn("actions").toSorted());
});

it("the options that all of a family have are described", () => {
  expectDescribed(commonActionFields());
  expectDescribed(commonAssertionFields());
  expectDescribed(RESOURCE_FIELDS);
});

describe.each(ofAssertions)("the assertion %s", (file, load) => {
  it("is called as its file, and is the one export of it", async () => {
    const kind = await load();
    const exported = await exportsOf("assertions", file);
    expect(kind.kind).toBe(file);
    expect(Object.keys(exported)).toEqual([kind.name]);
    expect(kind.name.toLowerCase()).toBe(plainName(file, "assert"));
    expect(kind.name).toMatch(/^[A-Z][A-Za-z\d]+Assert$/u);
    expect(prototypeOf(exported[kind.name])).toBeInstanceOf(Assertion);
  });

  it("says in one sentence what it is, and what each option is", async () => {
    const { summary, fields, timeoutSeconds } = await load();
    expect(summary).toMatch(SENTENCE);
    expectDescribed(fields);
    expect(Object.keys(fields).filter((name) => name in commonAssertionFields())).toEqual([]);
    expect(timeoutSeconds).toBeGreaterThan(0);
  });

  it("judges each of its samples as it says, in a few words", async () => {
    const samples = (await load()).samples();
    const verdicts = samples.map(({ expected }) => expected);
    expect(verdicts).toEqual(expect.arrayContaining(["pass", "fail"]));
    for (const { expected, judgement, claim, subject } of samples) {
      expect({ claim, ...judgement }).toMatchObject({ verdict: expected });
      expectWords(claim);
      expect(claim).not.toMatch(/\.$/u);
      expectWords(subject);
      expect(judgement.actual).not.toBe("");
      if (expected === "fail") expect(judgement.expected).not.toBe("");
      const { details, metrics = {} } = judgement;
      expect(Buffer.byteLength(JSON.stringify(judgement))).toBeLessThanOrEqual(
        LIMIT_JUDGEMENT_BYTES,
      );
      expect(details).not.toBe("");
      for (const [name, value] of Object.entries(metrics)) {
        expect(name).toMatch(/^[a-z][A-Za-z\d]*$/u);
        expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  it("reads any options at all, or says what is wrong with them", async () => {
    readAnything((await load()).fields);
  });

  it("is bound to any resource, or says what it needs", async () => {
    const kind = await load();
    const { values } = readOptions(kind.fields, required(kind.fields));
    const targets = [
      {},
      { container: { engine: "docker", name: "c" }, image: "i", ports: [] },
      { url: "http://127.0.0.1/", path: "/a", command: ["a"], program: "a:b", unit: "a.service" },
    ] as const;
    for (const target of targets) {
      const binding = { target: targetOf("a", "host", target), siblings: [] };
      if (values === null) continue;
      let bound: JsonObject;
      try {
        bound = kind.bind(values, binding);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
        expect((error as InvalidOption).message).toMatch(/\S/u);
        continue;
      }
      expect(kind.bind(bound, binding)).toEqual(bound);
      expect(readOptions(kind.fields, bound).problems).toEqual([]);
      expectWords(kind.claim(bound));
      expectWords(kind.subject(bound));
    }
    expect(kind.name).not.toBe("");
  });
});

describe.each(ofResources)("the resource %s", (file, load) => {
  it("is called as its file, and is the one export of it", async () => {
    const kind = await load();
    const exported = await exportsOf("resources", file);
    expect(kind.kind).toBe(file);
    expect(Object.keys(exported)).toEqual([kind.name]);
    expect(kind.name).toMatch(/^[A-Z][A-Za-z\d]+Resource$/u);
    expect(prototypeOf(exported[kind.name])).toBeInstanceOf(Resource);
  });

  it("says in one sentence what it is, and what each option is", async () => {
    const { summary, fields, checkIntervalSeconds } = await load();
    expect(summary).toMatch(SENTENCE);
    expectDescribed(fields);
    expect(Object.keys(fields).filter((name) => name in RESOURCE_FIELDS)).toEqual([]);
    expect(checkIntervalSeconds).toBeGreaterThan(0);
  });

  it("reads its sample, and says completely what it is", async () => {
    const kind = await load();
    expect(readOptions(kind.fields, kind.sample)).toEqual({ values: kind.sample, problems: [] });
    const target = kind.target(kind.sample, "sample");
    expect(target).toMatchObject({ resource: "sample", kind: file });
    expect(JSON.parse(JSON.stringify(target))).toEqual(target);
  });

  it("asserts by itself what the catalogue has, with options that it takes", async () => {
    const kind = await load();
    const builtIn = kind.builtIn(kind.sample, "sample");
    // A unit is as well as its parts, and claims nothing itself.
    expect(builtIn.length > 0).toBe(kind.hasBuiltIn && !kind.passesOnDependencies);
    const target = kind.target(kind.sample, "sample");
    const known = new Map(ofAssertions);
    for (const { kind: name, parameters } of builtIn) {
      const assertion = await known.get(name)?.();
      if (assertion === undefined) throw new Error(`there is no assertion ${name}`);
      const { values, problems } = readOptions(assertion.fields, parameters);
      expect(problems).toEqual([]);
      if (values === null) continue;
      const bound = assertion.bind(values, { target, siblings: builtIn });
      expectWords(assertion.claim(bound));
      expectWords(assertion.subject(bound));
    }
  });

  it("reads any options at all, or says what is wrong with them", async () => {
    readAnything((await load()).fields);
  });
});

describe.each(ofActions)("the action %s", (file, load) => {
  it("is called as its file, and is the one export of it", async () => {
    const kind = await load();
    const exported = await exportsOf("actions", file);
    expect(kind.kind).toBe(file);
    expect(Object.keys(exported)).toEqual([kind.name]);
    const words = file
      .split("-")
      .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
    expect(kind.name).toBe(`${words.join("")}Action`);
    expect(prototypeOf(exported[kind.name])).toBeInstanceOf(Action);
  });

  it("says in one sentence what it is, and what each option is", async () => {
    const { summary, fields, attempts, timeoutSeconds, secrets } = await load();
    expect(summary).toMatch(SENTENCE);
    expectDescribed(fields);
    expect(Object.keys(fields).filter((name) => name in commonActionFields())).toEqual([]);
    expect(attempts).toBeGreaterThanOrEqual(1);
    expect(timeoutSeconds).toBeGreaterThan(0);
    expect(Object.keys(fields)).toEqual(expect.arrayContaining([...secrets]));
  });

  it("reads its sample, and becomes data that is read again", async () => {
    const kind = await load();
    const { planned, problems } = planAction(kind, kind.sample);
    expect(problems).toEqual([]);
    expect(planned).toMatchObject({ action: file, parameters: kind.sample });
    expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
  });

  it("shows no secret that somebody has written where only a reference may be", async () => {
    const { kind, fields, secrets, sample, ...rest } = await load();
    for (const name of secrets) {
      const options = { ...sample, [name]: ["hunter2"], username: "hunter2" };
      const { problems } = planAction({ kind, fields, ...rest }, options);
      expect(problems.map(({ property }) => property)).toContain(name);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    }
    expect(kind).toBe(file);
  });

  it("reads any options at all, or says what is wrong with them", async () => {
    const kind = await load();
    readAnything(kind.fields);
    fc.assert(
      fc.property(anything, (options) => {
        const { planned, problems } = planAction(kind, options);
        expect(planned === null).toBe(problems.length > 0);
      }),
      RUNS,
    );
  });
});

const EXAMPLES: readonly unknown[] = [
  "example",
  1,
  "http://127.0.0.1/",
  ["example"],
  true,
  { secretEnv: "A" },
  { module: "main.ts", position: 0, of: 1, hash: "0".repeat(64) },
  "5s",
  "/example",
  "127.0.0.1",
  "644",
];

// What must be given, as far as an example fits.
function required(fields: Fields): Readonly<Record<string, unknown>> {
  const entries = Object.entries(fields).filter(([, { presence }]) => presence === "required");
  return Object.fromEntries(
    entries.map(([name, field]) => [name, EXAMPLES.find((example) => isRead(field, example))]),
  );
}

function isRead(field: Fields[string], value: unknown): boolean {
  try {
    field.read(value);
    return true;
  } catch {
    return false;
  }
}
