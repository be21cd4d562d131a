import fc from "fast-check";
import { expect, it } from "vitest";
import { ProbeTargets, targetForms } from "./prober-targets.ts";

it.each([
  ["http://Shop.Example", "http://shop.example/", null, null],
  ["HTTP://shop.example:80/", "http://shop.example/", null, null],
  ["https://shop.example:443/a?b=c#d", "https://shop.example/a?b=c", null, null],
  ["http://shop.example/a/", "http://shop.example/a/", null, null],
  ["shop.example", "http://shop.example/", null, "shop.example"],
  ["Shop.example/health", "http://shop.example/health", null, null],
  ["Shop.example:80", "http://shop.example/", "shop.example:80", null],
  ["127.0.0.1:5432", "http://127.0.0.1:5432/", "127.0.0.1:5432", null],
  ["[::1]:5432", "http://[::1]:5432/", "[::1]:5432", null],
  ["[0:0::1]:5432", "http://[::1]:5432/", "[::1]:5432", null],
  ["::1", null, null, "::1"],
  ["shop.example:0", "http://shop.example:0/", null, null],
  ["shop.example:70000", null, null, null],
  ["ftp://shop.example/", null, null, null],
  ["http://u:p@shop.example/", "http://u:p@shop.example/", null, null],
  ["", null, null, null],
  ["a b", null, null, null],
  ["-c1.example", "http://-c1.example/", null, null],
  ["x".repeat(3_000), null, null, null],
])("targetForms() reads %s", (text, url, endpoint, host) => {
  expect(targetForms(text)).toEqual({ url, endpoint, host });
});

it("find() finds what is configured, however it is written", () => {
  const targets = new ProbeTargets(() => ["https://shop.example", "db.example:5432", "10.0.0.1"]);
  expect(targets.find("https://SHOP.example:443/#top", "url")).toBe("https://shop.example/");
  expect(targets.find("DB.example:5432", "endpoint")).toBe("db.example:5432");
  expect(targets.find("db.example:5432", "url")).toBe("http://db.example:5432/");
  expect(targets.find("10.0.0.1", "host")).toBe("10.0.0.1");
});

it.each([
  ["https://shop.example/admin", "url"],
  ["https://shop.example/?a=b", "url"],
  ["http://shop.example/", "url"],
  ["https://shop.example:8443/", "url"],
  ["https://shop.example.evil.example/", "url"],
  ["https://shop.example@evil.example/", "url"],
  ["https://evil.example/https://shop.example/", "url"],
  ["https://evil.example\\@shop.example/", "url"],
  ["https://user@shop.example/", "url"],
  ["shop.example:443", "endpoint"],
  ["db.example:5433", "endpoint"],
  ["db.example:5432@evil.example:80", "url"],
  ["169.254.169.254", "url"],
  ["10.0.0.1:22", "endpoint"],
  ["db.example", "host"],
] as const)("find() does not find %s", (asked, form) => {
  const targets = new ProbeTargets(() => ["https://shop.example", "db.example:5432", "10.0.0.1"]);
  expect(targets.find(asked, form)).toBeNull();
});

it("find() follows the list", () => {
  let list: readonly string[] = ["http://a.example/"];
  const targets = new ProbeTargets(() => list);
  expect(targets.find("http://b.example/", "url")).toBeNull();
  list = ["http://b.example/"];
  expect(targets.find("http://b.example/", "url")).toBe("http://b.example/");
  expect(targets.find("http://a.example/", "url")).toBeNull();
});

it("what is found leads to the host that is configured, whatever is asked", () => {
  const targets = new ProbeTargets(() => ["http://shop.example/"]);
  const near = fc
    .tuple(
      fc.constantFrom("http://", "HTTP://", "", "http:/", "//", "http:\\\\"),
      fc.string({ maxLength: 3 }),
      fc.constantFrom("shop.example", "Shop.Example", "shop%2eexample", "shop。example"),
      fc.string({ maxLength: 4 }),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(near, fc.webUrl(), fc.string()), (asked) => {
      const found = targets.find(asked, "url");
      expect([null, "http://shop.example/"]).toContain(found);
    }),
    { numRuns: 500 },
  );
});
