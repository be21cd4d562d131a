import { describe, expect, it } from "vitest";
import { compileRoles } from "./roles.ts";
import type { RoleRule } from "./settings.ts";
import { alternativeName, type Certificate } from "./x509/certificate.ts";
import { parseName } from "./x509/parse-name.ts";

const FINGERPRINT = "ab".repeat(32);

function certificate(subject: string, ...names: readonly string[]): Certificate {
  return {
    subject: parseName(subject).toReversed(),
    alternativeNames: names.map((name) => alternativeName(name) ?? ""),
    fingerprint: FINGERPRINT,
  } as unknown as Certificate;
}

function roleBy(rules: readonly RoleRule[], subject: string, ...names: readonly string[]) {
  const { roleOf, problems } = compileRoles(rules);
  expect(problems).toEqual([]);
  return roleOf(certificate(subject, ...names));
}

describe("compileRoles()", () => {
  it("gives nobody a role without a rule", () => {
    expect(roleBy([], "CN=admin")).toBeNull();
  });

  it("compares the whole subject, in either order", () => {
    const rules = [{ role: "admin", subject: "CN=alice, OU=ops, O=Example" }] as const;
    expect(roleBy(rules, "CN=alice,OU=ops,O=Example")).toBe("admin");
    expect(roleBy(rules, "O=Example,OU=ops,CN=alice")).toBe("admin");
    expect(roleBy(rules, "CN=alice,OU=ops")).toBeNull();
    expect(roleBy(rules, "CN=alice,O=Example,OU=ops")).toBeNull();
    expect(roleBy(rules, "CN=alice,OU=ops,O=Example,C=DE")).toBeNull();
    expect(roleBy(rules, "CN=Alice,OU=ops,O=Example")).toBeNull();
  });

  it("knows no order in a part of several attributes, and does not take it for several parts", () => {
    const rules = [{ role: "user", subject: "CN=alice+UID=7" }] as const;
    expect(roleBy(rules, "UID=7+CN=alice")).toBe("user");
    expect(roleBy(rules, "UID=7,CN=alice")).toBeNull();
  });

  it.each([
    String.raw`CN=eve\,CN\=admin`,
    String.raw`CN=eve,O=Example\,CN\=admin`,
    "CN=admin2",
    "CN=admin ,O=CN=admin",
    String.raw`CN=eve\0ACN\=admin`,
    "OU=admin",
    String.raw`CN=admin\00`,
    String.raw`CN=admin\ `,
  ])("is not misled by %s", (subject) => {
    expect(roleBy([{ role: "admin", subject: "CN=admin" }], subject)).toBeNull();
  });

  it("compares each organizational unit, whole", () => {
    const rules = [{ role: "user", organizationalUnit: "ops" }] as const;
    expect(roleBy(rules, "CN=a,OU=dev,OU=ops")).toBe("user");
    expect(roleBy(rules, "CN=a+OU=ops")).toBe("user");
    expect(roleBy(rules, "CN=a,OU=devops")).toBeNull();
    expect(roleBy(rules, "CN=ops")).toBeNull();
  });

  it.each([
    ["dns:A.Example", "dns:a.example"],
    ["email:ops@a.example", "email:ops@a.example"],
    ["uri:spiffe://a.example/ops", "uri:spiffe://a.example/ops"],
    ["ip:2001:DB8:0::1", "ip:2001:db8::1"],
    ["IP: 10.0.0.7", "ip:10.0.0.7"],
  ])("compares alternative names: %s is %s", (san, name) => {
    expect(roleBy([{ role: "reader", san }], "CN=a", name)).toBe("reader");
  });

  it.each([
    ["dns:a.example", "dns:b.a.example"],
    ["dns:a.example", "dns:*.example"],
    ["dns:a.example", "uri:a.example"],
    ["dns:*.example", "dns:a.example"],
    ["email:ops@a.example", "email:Ops@a.example"],
  ])("compares alternative names: %s is not %s", (san, name) => {
    expect(roleBy([{ role: "reader", san }], "CN=a", name)).toBeNull();
  });

  it("compares fingerprints with and without colons", () => {
    const colons = FINGERPRINT.toUpperCase().replace(/..(?=.)/gu, "$&:");
    expect(roleBy([{ role: "admin", fingerprint: colons }], "CN=a")).toBe("admin");
    expect(roleBy([{ role: "admin", fingerprint: "cd".repeat(32) }], "CN=a")).toBeNull();
  });

  it("wants every condition of a rule to be met", () => {
    const rules = [{ role: "admin", organizationalUnit: "ops", san: "dns:a.example" }] as const;
    expect(roleBy(rules, "CN=a,OU=ops", "dns:a.example")).toBe("admin");
    expect(roleBy(rules, "CN=a,OU=ops")).toBeNull();
    expect(roleBy(rules, "CN=a", "dns:a.example")).toBeNull();
  });

  it("gives the highest role of all rules that are met, whatever their order", () => {
    const rules: readonly RoleRule[] = [
      { role: "reader" },
      { role: "admin", organizationalUnit: "ops" },
      { role: "user", organizationalUnit: "ops" },
    ];
    expect(roleBy(rules, "CN=a,OU=ops")).toBe("admin");
    expect(roleBy(rules.toReversed(), "CN=a,OU=ops")).toBe("admin");
    expect(roleBy(rules, "CN=a")).toBe("reader");
  });

  it.each<[RoleRule, string]>([
    [{ role: "admin" }, "roles[0]"],
    [{ role: "user", subject: undefined }, "roles[0]"],
    [{ role: "admin", subject: "admin" }, "roles[0].subject"],
    [{ role: "admin", organizationalUnit: "" }, "roles[0].organizationalUnit"],
    [{ role: "admin", san: "a.example" }, "roles[0].san"],
    [{ role: "admin", san: "ip:300.1.1.1" }, "roles[0].san"],
    [{ role: "admin", fingerprint: "ab:cd" }, "roles[0].fingerprint"],
  ])("tells what is wrong with %j, and gives nobody that role", (rule, property) => {
    const { roleOf, problems } = compileRoles([rule]);
    expect(problems.map((problem) => problem.property)).toEqual([property]);
    expect(roleOf(certificate("CN=admin", "dns:a.example"))).toBeNull();
  });
});
