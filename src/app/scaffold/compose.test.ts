import fc from "fast-check";
import { createContext, runInContext } from "node:vm";
import { format } from "prettier";
import { expect, it } from "vitest";
import { HostResource } from "../../catalog/resources/host.ts";
import { CommandAssert } from "../../catalog/assertions/command.ts";
import { FileExistsAssert } from "../../catalog/assertions/file-exists.ts";
import { FilePermissionsAssert } from "../../catalog/assertions/file-permissions.ts";
import { PortAccessibleAssert } from "../../catalog/assertions/port-accessible.ts";
import { SSLCertificateAssert } from "../../catalog/assertions/ssl-certificate.ts";
import { compose } from "./compose.ts";
import { draftAssertion, draftProblems, draftResource, type Call, type Draft } from "./draft.ts";
import { uniqueIdentifier, uniqueName } from "./names.ts";

function draft(name: string, ...assertions: Call[]): Draft {
  return { name, resource: draftResource(HostResource, {}), assertions };
}

const PORT = draftAssertion(PortAccessibleAssert, { port: 5432 });

it("compose() writes a resource as people do, behind what is there", () => {
  const text = 'import { HostResource } from "clockwork/resources";\n\nconst a = 1;';
  const { text: composed, lines, names } = compose(text, [draft("db", PORT)], new Set(["db"]));
  expect(composed).toBe(`import { HostResource } from "clockwork/resources";
import { PortAccessibleAssert } from "clockwork/assertions";

const a = 1;

export const db2 = new HostResource({
  name: "db-2",
  assertions: [new PortAccessibleAssert({ port: 5432 })],
});
`);
  expect(names).toEqual(["db-2"]);
  expect(composed.split("\n").slice(lines.first - 1, lines.last)).toEqual([
    "export const db2 = new HostResource({",
    '  name: "db-2",',
    "  assertions: [new PortAccessibleAssert({ port: 5432 })],",
    "});",
  ]);
});

it("compose() uses the names that classes have in the file, and its line breaks", () => {
  const text = 'import { HostResource as Host } from "clockwork/resources";\r\n';
  const { text: composed } = compose(text, [draft("x", PORT)], new Set());
  expect(composed).toContain("export const x = new Host({\r\n");
  expect(composed.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/u);
});

it("compose() writes what prettier would write", async () => {
  const path = "/a/path/that/is/long/enough/for/a/line/of/its/own";
  const drafts = [
    draft("one", PORT, PORT),
    draft("two", draftAssertion(FileExistsAssert, { path })),
    draft("three", draftAssertion(FileExistsAssert, { path: `${path}${path}` }), PORT),
    draft(
      "four",
      draftAssertion(FilePermissionsAssert, {
        path,
        expectedPerms: "0644",
        owner: "root",
        group: 0,
      }),
      draftAssertion(SSLCertificateAssert, {}),
      draftAssertion(SSLCertificateAssert, { url: "a:443", names: ["a", "b"], chain: false }),
    ),
    draft("five"),
    ...Array.from({ length: 12 }, (_, index) =>
      draft(
        "six",
        draftAssertion(FileExistsAssert, { path: `${path.slice(10)}${"x".repeat(index)}` }),
      ),
    ),
  ];
  const { text } = compose("", drafts, new Set());
  const options = { parser: "typescript", printWidth: 100 } as const;
  expect(await format(text, options)).toBe(text);
});

it("compose() writes text that means what was drafted, whatever it holds", () => {
  const classes =
    "var HostResource = class { constructor(o) { this.o = o; } }, CommandAssert = HostResource;";
  const context = createContext();
  runInContext(classes, context);
  const word = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, (command, name) => {
      const call = draftAssertion(CommandAssert, { command });
      const { declarations } = compose("", [draft(name, call)], new Set());
      const expression = declarations.replace(/^export const \w+ = /u, "made = ");
      const made = JSON.stringify(runInContext(expression, context));
      const { o } = JSON.parse(made) as { o: { name: string; assertions: { o: unknown }[] } };
      expect(o.assertions[0]?.o).toEqual({ command });
      expect(o.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u);
    }),
  );
});

it.each([
  ["db.example:5432", [], "db.example-5432"],
  ["nginx", ["nginx", "nginx-2"], "nginx-3"],
  [".env", [], "env"],
  ["数据", [], "resource"],
  ["x".repeat(80), ["x".repeat(63)], `${"x".repeat(61)}-2`],
])("uniqueName() makes of %s, with %j taken, %s", (wanted, taken, name) => {
  expect(uniqueName(wanted, new Set(taken))).toBe(name);
});

it.each([
  ["db.example-5432", "", "dbExample5432"],
  ["127.0.0.1-80", "", "host12700180"],
  ["default", "", "default2"],
  ["web", "// web, and web2\n", "web3"],
  ["SERVICES", "", "services"],
])("uniqueIdentifier() makes of %s, in %j, %s", (name, text, identifier) => {
  expect(uniqueIdentifier(name, text)).toBe(identifier);
});

it("draftProblems() tells of options that would not be accepted", () => {
  const bad = draft("x", draftAssertion(PortAccessibleAssert, { port: 70_000 }));
  expect(draftProblems(bad)).toEqual(["port must be integer from 1 to 65535: got 70000"]);
  expect(draftProblems(draft("x", PORT))).toEqual([]);
});
