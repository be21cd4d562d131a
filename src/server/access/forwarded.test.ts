import type { IncomingHttpHeaders } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientAddress, hopsOf, readForwarded, readHost, saysForwarded } from "./forwarded.ts";
import { readNetworks } from "./networks.ts";

const { networks } = readNetworks(["10.0.0.0/8", "fd00::/8"]);

describe("clientAddress()", () => {
  it.each<[string, IncomingHttpHeaders, string]>([
    ["no header", {}, "10.0.0.1"],
    ["one address", { "x-forwarded-for": "192.0.2.7" }, "192.0.2.7"],
    ["what others put before it", { "x-forwarded-for": "1.1.1.1, 192.0.2.7" }, "192.0.2.7"],
    ["proxies in between", { "x-forwarded-for": "1.1.1.1, 192.0.2.7, 10.0.0.9" }, "192.0.2.7"],
    ["only proxies", { "x-forwarded-for": "10.0.0.8, 10.0.0.9" }, "10.0.0.8"],
    ["no address", { "x-forwarded-for": "192.0.2.7, unknown" }, "10.0.0.1"],
    ["no address behind a proxy", { "x-forwarded-for": "evil, 10.0.0.9" }, "10.0.0.9"],
    ["a port", { "x-forwarded-for": "192.0.2.7:4711" }, "192.0.2.7"],
    ["IPv6 with a port", { "x-forwarded-for": "[2001:DB8::7]:4711" }, "2001:db8::7"],
    ["IPv4 as IPv6", { "x-forwarded-for": "::ffff:192.0.2.7" }, "192.0.2.7"],
    ["a proxy as IPv6", { "x-forwarded-for": "192.0.2.7, ::ffff:10.0.0.9" }, "192.0.2.7"],
    ["nothing between commas", { "x-forwarded-for": "192.0.2.7," }, "10.0.0.1"],
    ["the standard", { forwarded: 'for=192.0.2.7, for="[fd00::9]:80"' }, "192.0.2.7"],
    ["a hidden address", { forwarded: "for=_secret" }, "10.0.0.1"],
    ["too long a header", { "x-forwarded-for": "1.1.1.1,".repeat(1_000) }, "10.0.0.1"],
  ])("reads %s", (_, headers, expected) => {
    expect(clientAddress(headers, "10.0.0.1", networks)).toBe(expected);
  });

  it("gives an address, whatever stands there", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = clientAddress({ "x-forwarded-for": text }, "10.0.0.1", networks);
        expect(address).toMatch(/^[\da-f.:]+$/u);
      }),
    );
  });
});

describe("readForwarded()", () => {
  it.each<[IncomingHttpHeaders, ReturnType<typeof readForwarded>]>([
    [{}, { scheme: null, host: null, prefix: "" }],
    [
      {
        "x-forwarded-proto": "https",
        "x-forwarded-host": "Monitor.example:8443",
        "x-forwarded-prefix": "/a/b/",
      },
      { scheme: "https", host: "monitor.example:8443", prefix: "/a/b" },
    ],
    [
      { "x-forwarded-proto": "http, https", "x-forwarded-host": "evil.example, a.example" },
      { scheme: "https", host: "a.example", prefix: "" },
    ],
    [
      { forwarded: "host=evil.example, for=1.1.1.1;host=a.example;proto=https" },
      { scheme: "https", host: "a.example", prefix: "" },
    ],
    [
      { forwarded: "host=b.example;proto=http", "x-forwarded-host": "a.example" },
      { scheme: "http", host: "a.example", prefix: "" },
    ],
    [
      {
        "x-forwarded-proto": "javascript",
        "x-forwarded-host": 'a"><script>',
        "x-forwarded-prefix": "//evil.example",
      },
      { scheme: null, host: null, prefix: "" },
    ],
    [{ "x-forwarded-prefix": "/a/../b" }, { scheme: null, host: null, prefix: "" }],
    [{ "x-forwarded-host": "user@a.example" }, { scheme: null, host: null, prefix: "" }],
  ])("reads %j", (headers, expected) => {
    expect(readForwarded(headers)).toEqual(expected);
  });
});

describe("hopsOf()", () => {
  it("reads quoted values, with what is escaped in them", () => {
    const [hop] = hopsOf(String.raw`For="[::1]:80";by="a\",b;c"`);
    expect(Object.fromEntries(hop ?? [])).toEqual({ for: "[::1]:80", by: 'a",b;c' });
  });

  it.each(["for", "for=", "for=a;for=b", 'for="a', "for=a b", "=a", "for=a,,for=b"])(
    "reads nothing of %j",
    (text) => {
      expect(hopsOf(text)).toEqual([]);
    },
  );

  it("reads any text, or nothing", () => {
    const unit = fc.constantFrom("f", "=", ",", ";", '"', "\\", " ", "1", ".");
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(hopsOf(text).every((hop) => hop.size > 0)).toBe(true);
      }),
    );
  });
});

describe("readHost()", () => {
  it("gives only what can stand in a URL", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."aZ09.-_:[]/@?#\\ %".split("")) }),
        (text) => {
          const host = readHost(text);
          if (host !== null && !/:\d{5}$/u.test(host)) expect(host).not.toMatch(/[/@?#\\ %]/u);
        },
      ),
    );
    expect(readHost("[::1]:5000")).toBe("[::1]:5000");
    expect(readHost("")).toBeNull();
  });
});

describe("saysForwarded()", () => {
  it("knows what proxies add", () => {
    expect(saysForwarded({ host: "localhost" })).toBe(false);
    expect(saysForwarded({ via: "1.1 a" })).toBe(true);
    expect(saysForwarded({ "x-forwarded-for": "" })).toBe(true);
  });
});
