import { describe, expect, it } from "vitest";
import { isLoopback, plainAddress, readNetworks } from "./networks.ts";

describe("readNetworks()", () => {
  const { networks, wrong } = readNetworks(["10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1"]);

  it.each([
    ...["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3", "::ffff:a01:203"],
    ...["192.0.2.7", "fd12::1", "FD12::1", "::1"],
  ])("has %s", (address) => {
    expect(networks.has(address)).toBe(true);
  });

  it.each([
    ...["11.0.0.0", "192.0.2.8", "::ffff:11.0.0.1", "fe80::1", "::2", "::10.0.0.1"],
    ...["", "10.0.0.1 ", "010.0.0.1", "10.1", "localhost"],
  ])("does not have %j", (address) => {
    expect(networks.has(address)).toBe(false);
  });

  it("takes all of them", () => {
    expect(wrong).toEqual([]);
  });

  it.each([
    ...[
      "0.0.0.0/0",
      "::/0",
      "10.0.0.0/33",
      "fd00::/129",
      "10.0.0.0/",
      "10.0.0.0/-1",
      "10.0.0.0/8/8",
    ],
    ...["proxy.example", "", "10.0.0", "10.0.0.0/1e1"],
  ])("refuses %j", (text) => {
    expect(readNetworks(["10.0.0.7", text]).wrong).toEqual([1]);
  });

  it("has nothing when it is empty", () => {
    const empty = readNetworks([]).networks;
    expect([empty.isEmpty, empty.has("127.0.0.1")]).toEqual([true, false]);
  });
});

describe("isLoopback()", () => {
  it("knows the addresses of this machine alone", () => {
    const addresses = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"];
    expect(addresses.map((address) => isLoopback(address))).toEqual(addresses.map(() => true));
    const others = ["0.0.0.0", "::", "128.0.0.1", "localhost", ""];
    expect(others.map((address) => isLoopback(address))).toEqual(others.map(() => false));
  });
});

describe("plainAddress()", () => {
  it("writes IPv4 as IPv4", () => {
    expect(plainAddress("::ffff:10.0.0.7")).toBe("10.0.0.7");
    expect(plainAddress("fd00::1")).toBe("fd00::1");
    expect(plainAddress(undefined)).toBe("");
  });
});
