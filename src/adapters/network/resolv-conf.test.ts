import fc from "fast-check";
import { expect, it } from "vitest";
import { candidateNames, parseResolvConf } from "./resolv-conf.ts";

it("parseResolvConf() has defaults for what is not said", () => {
  expect(parseResolvConf("nameserver 10.0.0.53\n")).toEqual({
    search: [],
    ndots: 1,
    timeoutSeconds: 1,
    attempts: 3,
  });
});

it("parseResolvConf() reads search domains and options", () => {
  const text = `
# made by kubelet
nameserver 10.96.0.10
search shop.svc.cluster.local svc.cluster.local\tCluster.Local.
options ndots:5 edns0 timeout:3
options attempts:2
`;

  expect(parseResolvConf(text)).toEqual({
    search: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"],
    ndots: 5,
    timeoutSeconds: 3,
    attempts: 2,
  });
});

it.each([
  ["search a.example\nsearch b.example c.example", ["b.example", "c.example"]],
  ["search a.example\ndomain b.example c.example", ["b.example"]],
  ["domain b.example\nsearch a.example", ["a.example"]],
  ["search .", [""]],
  ["search a..b a.example", ["a.example"]],
  [";search a.example", []],
  [" search a.example", ["a.example"]],
])("parseResolvConf() draws from %j the domains %j", (text, search) => {
  expect(parseResolvConf(text).search).toEqual(search);
});

it.each([
  ["ndots:99", { ndots: 15 }],
  ["ndots:0", { ndots: 0 }],
  ["ndots:", { ndots: 1 }],
  ["ndots:-1", { ndots: 1 }],
  ["timeout:0", { timeoutSeconds: 1 }],
  ["timeout:999999999", { timeoutSeconds: 30 }],
  ["timeout:99999999999999999999", { timeoutSeconds: 1 }],
  ["attempts:0", { attempts: 1 }],
  ["attempts:100", { attempts: 5 }],
])("parseResolvConf() holds %j within its range", (option, expected) => {
  expect(parseResolvConf(`options ${option}`)).toMatchObject(expected);
});

const search = ["corp.example", "example"];

it.each([
  ["db", 1, ["db.corp.example", "db.example", "db"]],
  ["db.eu", 1, ["db.eu", "db.eu.corp.example", "db.eu.example"]],
  ["db.eu", 2, ["db.eu.corp.example", "db.eu.example", "db.eu"]],
  ["a.b.c", 2, ["a.b.c", "a.b.c.corp.example", "a.b.c.example"]],
  ["db", 0, ["db", "db.corp.example", "db.example"]],
  ["db.", 1, ["db"]],
  ["db.eu.", 5, ["db.eu"]],
])("candidateNames() of %j with ndots:%d are %j", (name, ndots, expected) => {
  expect(candidateNames(name, { search, ndots })).toEqual(expected);
});

it("candidateNames() asks once for a name that stands for itself twice", () => {
  expect(candidateNames("db", { search: ["", "example"], ndots: 1 })).toEqual(["db", "db.example"]);
});

it("candidateNames() leaves out what is too long to be a name", () => {
  const long = `${"a.".repeat(120)}a`;

  expect(candidateNames(long, { search: ["longer-than-it-may-be.example"], ndots: 1 })).toEqual([
    long,
  ]);
});

const word = fc.oneof(
  fc.constantFrom("search", "domain", "options", "nameserver", "ndots:", "timeout:", ".", "#"),
  fc.nat().map((value) => `ndots:${String(value)}`),
  fc.domain(),
  fc.string({ unit: "binary" }),
);
const hostileText = fc
  .array(fc.array(word, { maxLength: 50 }), { maxLength: 10 })
  .map((lines) => lines.map((words) => words.join(" ")).join("\n"));

it("parseResolvConf() stays within its ranges, whatever the text", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const conf = parseResolvConf(text);
      expect(conf.search.length).toBeLessThanOrEqual(32);
      expect(conf.ndots).toBeOneOf(Array.from({ length: 16 }, (_, index) => index));
      expect(conf.timeoutSeconds).toBeGreaterThanOrEqual(1);
      expect(conf.timeoutSeconds).toBeLessThanOrEqual(30);
      expect(conf.attempts).toBeOneOf([1, 2, 3, 4, 5]);
      const candidates = candidateNames("db", conf);
      expect(candidates).toContain("db");
      for (const candidate of candidates) expect(candidate).toMatch(/^[\w.-]{1,253}$/u);
    }),
  );
});
