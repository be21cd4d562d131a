import { isIP } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseHosts } from "./hosts-file.ts";

it("parseHosts() reads names and aliases, whatever stands between them", () => {
  const hosts = parseHosts("127.0.0.1\tlocalhost  vm\r\n10.0.0.7 db db.example # the database\n");

  expect([...hosts.keys()]).toEqual(["localhost", "vm", "db", "db.example"]);
  expect(hosts.get("db.example")).toEqual([{ address: "10.0.0.7", family: 4 }]);
});

it("parseHosts() takes names in lower case and without a dot at the end", () => {
  const hosts = parseHosts("10.0.0.1 Web.Example. .\n");

  expect([...hosts.keys()]).toEqual(["web.example"]);
});

it("parseHosts() gathers the addresses of a name from several lines, IPv4 first, each once", () => {
  const hosts = parseHosts("::1 db\n10.0.0.2 db\n10.0.0.1 db db\n10.0.0.2 DB\n");

  expect(hosts.get("db")).toEqual([
    { address: "10.0.0.2", family: 4 },
    { address: "10.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ]);
});

it.each([
  "# 10.0.0.1 db",
  "10.0.0.1",
  "10.0.0.1 # db",
  "10.0.0.256 db",
  "fe80::1%lo0 db",
  "[::1] db",
  "db 10.0.0.1x",
  `10.0.0.1 ${"a".repeat(254)}`,
  "",
])("parseHosts() passes over %j", (line) => {
  const hosts = parseHosts(`${line}\n10.0.0.9 other\n`);

  expect([...hosts.keys()]).toEqual(["other"]);
});

it("parseHosts() keeps no more than 64 addresses of a name", () => {
  const lines = Array.from({ length: 300 }, (_, index) => `10.0.1.${String(index % 256)} db`);

  expect(parseHosts(lines.join("\n")).get("db")).toHaveLength(64);
});

it("parseHosts() knows names that mean something to JavaScript only when they are there", () => {
  expect(parseHosts("10.0.0.1 db").get("__proto__")).toBeUndefined();
  expect(parseHosts("10.0.0.1 __proto__").get("__proto__")).toHaveLength(1);
});

const word = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom("#", "%", "fe80::1%eth0", "\t", "\r", "\0", "__proto__", "."),
  fc.string({ unit: "binary" }),
);
const hostileText = fc
  .array(fc.array(word, { maxLength: 6 }), { maxLength: 20 })
  .map((lines) => lines.map((words) => words.join(" ")).join("\n"));

it("parseHosts() makes one or more real addresses per name out of any text", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      for (const [name, addresses] of parseHosts(text)) {
        expect(name).toMatch(/^[^\s#]{1,253}$/u);
        expect(addresses.length).toBeGreaterThan(0);
        for (const { address, family } of addresses) expect(isIP(address)).toBe(family);
      }
    }),
  );
});
