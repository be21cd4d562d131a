import { expect, it } from "vitest";
import { collecting } from "../../test/support/collecting.ts";
import { assertion } from "./assertion.ts";
import { ConfigurationError } from "./diagnostic.ts";
import { text, url } from "./option-types.ts";
import { Resource, resource } from "./resource.ts";
import { targetOf } from "./target.ts";

class SiteResource extends resource({
  kind: "site",
  name: "SiteResource",
  summary: "A site.",
  fields: { url: url("http").required("Where."), path: text().optional("A path.") },
  checkIntervalSeconds: 30,
  target: (parameters) => ({ url: parameters.url, path: parameters.path }),
  builtIn: (parameters) => [{ kind: "up", parameters: { url: parameters.url } }],
  sample: { url: "http://127.0.0.1/" },
}) {}

class BareResource extends resource({
  kind: "bare",
  name: "BareResource",
  summary: "Nothing.",
  fields: {},
  checkIntervalSeconds: 60,
  target: () => ({}),
  sample: {},
}) {}

class UpAssert extends assertion({
  kind: "up",
  name: "UpAssert",
  summary: "Up.",
  uses: [],
  fields: {},
  claim: () => "up",
  subject: () => "up",
  probe: () => Promise.resolve(null),
  judge: () => ({ verdict: "pass", expected: "", actual: "" }),
  samples: [],
}) {}

it("a resource keeps its own options, the common ones and its assertions apart", () => {
  const up = new UpAssert();
  const site = new SiteResource({
    url: "http://a",
    name: "shop",
    checkInterval: "2m",
    dependsOn: ["db", { resource: "cache", condition: "started" }],
    assertions: [up],
  });
  expect(site).toBeInstanceOf(Resource);
  expect(site).toMatchObject({
    kind: "site",
    name: "shop",
    parameters: { url: "http://a/", path: null },
    policy: { checkInterval: 120, failureThreshold: 3, reconcile: false },
    declaredAt: null,
  });
  expect(site.policy.dependsOn).toEqual(["db", { resource: "cache", condition: "started" }]);
  expect(site.assertions).toEqual([up]);
});

it("a resource is called as its kind when it has no name", () => {
  expect(new BareResource()).toMatchObject({ name: "bare", parameters: {}, assertions: [] });
});

it("a resource takes further assertions later", () => {
  const bare = new BareResource();
  bare.assertions.push(new UpAssert());
  expect(bare.assertions).toHaveLength(1);
});

it("a resource throws all that is wrong where no project is loaded", () => {
  const declare = (): unknown =>
    new SiteResource({ name: "a b", assertions: [new UpAssert(), "up"], onDrift: "no" } as never);
  expect(declare).toThrow(ConfigurationError);
  expect(declare).toThrow(
    /SiteResource\.url.*\n[^]*SiteResource\.name[^]*SiteResource\.onDrift[^]*assertions\[1\]/u,
  );
});

it("a resource with problems is heard of under the name that its person gave it", () => {
  const { resources, problems } = collecting(() => {
    new SiteResource({ name: "shop", url: 7 } as never);
  });
  expect(problems).toMatchObject([{ property: "SiteResource.url", line: 7 }]);
  expect(resources).toMatchObject([{ name: "shop", parameters: null }]);
});

it.each([["up"], [null], [{ 0: "up" }]])(
  "a resource takes a list of assertions, not %s",
  (list) => {
    expect(() => new BareResource({ assertions: list } as never)).toThrow(
      "BareResource.assertions: must be a list of assertions: got",
    );
  },
);

it("a resource refuses a window that could never be reached", () => {
  expect(new BareResource({ window: { failures: 3, of: 3 } }).policy.window).toEqual({
    failures: 3,
    of: 3,
  });
  expect(() => new BareResource({ window: { failures: 4, of: 3 } })).toThrow(
    "BareResource.window.failures: must be at most 3, as `of` is: got 4",
  );
});

it.each(["", "-a", "a b", "a".repeat(64), "../x", "ä"])(
  "a resource cannot be called %j",
  (name) => {
    expect(() => new BareResource({ name })).toThrow("BareResource.name");
  },
);

it("a kind of resource says what it is, completely, and what it asserts by itself", () => {
  const { kind } = SiteResource;
  const target = kind.target({ url: "http://a/", path: "/a" }, "shop");
  expect(target).toEqual(targetOf("shop", "site", { url: "http://a/", path: "/a" }));
  expect(Object.values(target)).not.toContain(undefined);
  expect(kind.builtIn({ url: "http://a/", path: null }, "shop")).toEqual([
    { kind: "up", parameters: { url: "http://a/" } },
  ]);
  expect([kind.hasBuiltIn, BareResource.kind.hasBuiltIn]).toEqual([true, false]);
  expect(kind.sample).toEqual({ url: "http://127.0.0.1/", path: null });
});
