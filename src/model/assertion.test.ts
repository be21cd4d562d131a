import { expect, it } from "vitest";
import { collecting } from "../../test/support/collecting.ts";
import { Assertion, assertion, type Binding } from "./assertion.ts";
import { list } from "./composite-types.ts";
import { ConfigurationError } from "./diagnostic.ts";
import { integer, resourceReference, text } from "./option-types.ts";
import { InvalidOption } from "./options.ts";
import { targetOf } from "./target.ts";

class SizeAssert extends assertion({
  kind: "size",
  name: "SizeAssert",
  summary: "A thing has a size.",
  uses: [],
  fields: { path: text().optional("The thing."), size: integer(1).required("Its size.") },
  bind: ({ path }, { target }) => {
    if (path !== null) return {};
    if (target.path === null) throw new InvalidOption("needs a path");
    return { path: target.path };
  },
  claim: ({ path, size }) => `${path ?? ""} has the size ${String(size)}`,
  subject: ({ path }) => path ?? "",
  probe: ({ path }, world: { readonly sizes: Readonly<Record<string, number>> }) =>
    Promise.resolve(world.sizes[path ?? ""] ?? 0),
  judge: (observation, { size }) => ({
    verdict: observation === size ? "pass" : "fail",
    expected: String(size),
    actual: String(observation),
  }),
  samples: [
    { options: { size: 1 }, observation: 1, verdict: "pass" },
    { options: { size: 1 }, observation: 2, verdict: "fail" },
  ],
}) {}

class BetweenAssert extends assertion({
  kind: "between",
  name: "BetweenAssert",
  summary: "Two resources.",
  uses: [],
  fields: {
    others: list(resourceReference()).or([], "Others."),
    from: resourceReference().required("From."),
  },
  claim: () => "between",
  subject: () => "between",
  probe: () => Promise.resolve(null),
  judge: () => ({ verdict: "pass", expected: "", actual: "" }),
  samples: [],
}) {}

const { kind } = SizeAssert;

function binding(path: string | null): Binding {
  return { target: targetOf("a", "host", path === null ? {} : { path }), siblings: [] };
}

it("an assertion keeps its own options and the common ones apart", () => {
  const options = { size: 3, timeout: "2s", severity: "warn", description: "Because." } as const;
  const declared = new SizeAssert({ ...options, resource: "nginx" });
  expect(declared).toBeInstanceOf(Assertion);
  expect(declared).toMatchObject({
    kind: "size",
    parameters: { path: null, size: 3 },
    timeoutSeconds: 2,
    severity: "warn",
    description: "Because.",
    owner: "nginx",
    declaredAt: null,
  });
});

it("an assertion has its defaults when nothing else is said", () => {
  expect(new SizeAssert({ size: 3 })).toMatchObject({
    timeoutSeconds: null,
    severity: "fail",
    description: null,
    owner: null,
  });
});

it("an assertion belongs to the resource that it names first, unless it is told otherwise", () => {
  const api = { name: "api" };
  expect(new BetweenAssert({ from: api }).owner).toBeNull();
  expect(new BetweenAssert({ from: api, resource: api }).owner).toBe("api");
});

it("an assertion throws all that is wrong where no project is loaded", () => {
  const declare = (): unknown => new SizeAssert({ size: 0, severity: "wran", colour: 1 } as never);
  expect(declare).toThrow(ConfigurationError);
  expect(declare).toThrow(/SizeAssert\.size.*\n.*SizeAssert\.colour[^]*SizeAssert\.severity/u);
});

it("an assertion tells whoever loads the project all that is wrong, with its place", () => {
  const { assertions, problems } = collecting(() => {
    new SizeAssert({ size: 0, timeout: "soon" });
  });
  expect(problems).toMatchObject([
    { file: "main.ts", line: 7, property: "SizeAssert.size", code: "option-invalid" },
    { file: "main.ts", line: 7, property: "SizeAssert.timeout", code: "option-invalid" },
  ]);
  expect(assertions).toMatchObject([{ parameters: null, severity: "fail", timeoutSeconds: null }]);
});

it("an assertion is heard of by whoever loads the project", () => {
  const { assertions, problems } = collecting(() => {
    new SizeAssert({ size: 1 });
  });
  expect(problems).toEqual([]);
  expect(assertions).toMatchObject([{ kind: "size", declaredAt: { file: "main.ts", line: 7 } }]);
});

it.each([[[]], [new Map([["size", 1]])], ["size"]])(
  "an assertion takes nothing but an object of options: %s",
  (options) => {
    expect(() => new SizeAssert(options as never)).toThrow("needs an object of options: got");
  },
);

it("bind completes parameters from the target, and reads what was added", () => {
  const parameters = { path: null, size: 1 };
  expect(kind.bind(parameters, binding("/a"))).toEqual({ path: "/a", size: 1 });
  expect(kind.bind({ path: "/b", size: 1 }, binding("/a"))).toEqual({ path: "/b", size: 1 });
  expect(() => kind.bind(parameters, binding(null))).toThrow("needs a path");
  expect(() => kind.bind(parameters, binding("\0"))).toThrow("NUL");
});

it("a claim and a subject stay on one line of at most 300 characters", () => {
  const parameters = { path: `a\n\u001b[31m${"x".repeat(1_000)}`, size: 1 };
  for (const words of [kind.claim(parameters), kind.subject(parameters)]) {
    expect(words).toHaveLength(300);
    expect(words).not.toMatch(/\p{Cc}/u);
    expect(words).toMatch(/…$/u);
  }
});

it("check looks, and judges what it saw", async () => {
  const scope = {
    target: targetOf("a", "host", {}),
    related: {},
    signal: new AbortController().signal,
    timeoutMs: 1,
  };
  const world = { sizes: { "/a": 2 } };
  const judgement = await kind.check({ path: "/a", size: 3 }, world, scope);
  expect(judgement).toEqual({ verdict: "fail", expected: "3", actual: "2" });
});

it("samples are judged as the kind judges", () => {
  expect(kind.samples().map(({ expected, judgement }) => [expected, judgement.verdict])).toEqual([
    ["pass", "pass"],
    ["fail", "fail"],
  ]);
});
