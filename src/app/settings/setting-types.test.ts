import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidOption } from "../../model/options.ts";
import { address, addressText, basePath, network, size } from "./setting-types.ts";

describe("address()", () => {
  it.each([
    ["127.0.0.1:5000", "127.0.0.1", 5000],
    [" 0.0.0.0:0 ", "0.0.0.0", 0],
    ["[::1]:65535", "::1", 65_535],
    ["[2001:DB8:0:0::1]:80", "2001:db8::1", 80],
    ["Shop.Example:443", "shop.example", 443],
  ])("reads %j", (text, host, port) => {
    expect(address().read(text)).toEqual({ host, port });
  });

  it.each([
    ...[
      "",
      ":5000",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:65536",
      "1.2.3.4.5:1",
      "256.0.0.1:1",
      "::1:5000",
    ],
    ...[
      "[::1]",
      "[::g]:1",
      "[127.0.0.1]:1",
      "a b:1",
      "-a:1",
      "http://a:1",
      "a:1/x",
      "a:+1",
      "a:1\n2",
      "1:1",
    ],
    ...[5000, null, ["127.0.0.1:1"], { host: "a", port: 1 }],
  ])("refuses %j", (value) => {
    expect(() => address().read(value)).toThrow(InvalidOption);
  });

  it("reads again what addressText() writes", () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(host, fc.nat(65_535), (name, port) => {
        const text = `${name.includes(":") ? `[${name}]` : name}:${String(port)}`;
        const read = address().read(text);
        expect(address().read(addressText(read))).toEqual(read);
      }),
    );
  });

  it("shows nothing that is none", () => {
    for (const value of [null, "a:1", { host: 1, port: "2" }])
      expect(addressText(value)).toBeNull();
  });
});

describe("basePath()", () => {
  it.each([
    ["", ""],
    ["/", ""],
    ["/wm_resource_monitor", "/wm_resource_monitor"],
    ["/a/b-c.d/~e", "/a/b-c.d/~e"],
  ])("reads %j", (text, path) => {
    expect(basePath().read(text)).toBe(path);
  });

  it.each([
    "a",
    "/a/",
    "//",
    "/a//b",
    "/../a",
    "/a/.",
    "/a b",
    "/a?b",
    "/a#b",
    "/{a}",
    "/:a",
    "/*",
    "/%61",
    "/é",
    `/${"a".repeat(600)}`,
    7,
  ])("refuses %j", (value) => {
    expect(() => basePath().read(value)).toThrow(InvalidOption);
  });
});

describe("network()", () => {
  it.each([
    ["10.0.0.7", "10.0.0.7"],
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["FD00::/8", "fd00::/8"],
    ["::1/128", "::1/128"],
  ])("reads %j", (text, value) => {
    expect(network().read(text)).toBe(value);
  });

  it.each([
    "",
    "10.0.0/8",
    "10.0.0.0/33",
    "::1/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "host",
    "[::1]",
    10,
  ])("refuses %j", (value) => {
    expect(() => network().read(value)).toThrow(InvalidOption);
  });
});

describe("size()", () => {
  it.each([
    [1_024, 1_024],
    ["2048", 2_048],
    ["2048 B", 2_048],
    ["64 KiB", 65_536],
    ["64kb", 64_000],
    ["1.5MiB", 1_572_864],
    ["10 MB", 10_000_000],
    ["1GiB", 2 ** 30],
  ])("reads %j", (given, bytes) => {
    expect(size(1_024, 2 ** 40).read(given)).toBe(bytes);
  });

  it.each([
    1_023,
    1_024.5,
    "1 KB",
    "64 K",
    "-64 KiB",
    "1e9",
    "64 KiB more",
    "",
    NaN,
    Infinity,
    null,
    "9".repeat(400),
  ])("refuses %j", (value) => {
    expect(() => size(1_024, 2 ** 40).read(value)).toThrow(InvalidOption);
  });
});
