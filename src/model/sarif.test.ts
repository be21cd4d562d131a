import fc from "fast-check";
import { expect, it } from "vitest";
import { isWorse, readSarif, SARIF_LIMIT_FINDINGS, SarifError, SEVERITIES } from "./sarif.ts";

function run(results: readonly object[], rules: readonly object[] = [], more: object = {}): object {
  return { tool: { driver: { name: "Trivy", rules } }, results, ...more };
}

function read(...runs: readonly object[]): ReturnType<typeof readSarif> {
  return readSarif(JSON.stringify({ version: "2.1.0", runs }));
}

it("readSarif() reads a report as trivy writes it", () => {
  const rule = {
    id: "CVE-2022-37434",
    name: "OsPackageVulnerability",
    shortDescription: { text: "zlib: heap-based buffer over-read" },
    defaultConfiguration: { level: "error" },
    properties: {
      precision: "very-high",
      "security-severity": "9.8",
      tags: ["vulnerability", "security", "CRITICAL"],
    },
  };
  const result = {
    ruleId: "CVE-2022-37434",
    ruleIndex: 0,
    level: "error",
    message: { text: "Package: zlib\nInstalled Version: 1.2.11-r3" },
    locations: [{ physicalLocation: { artifactLocation: { uri: "library/nginx" } } }],
  };
  expect(read(run([result, result], [rule]))).toEqual([
    {
      id: "CVE-2022-37434",
      severity: "critical",
      message: "Package: zlib Installed Version: 1.2.11-r3",
    },
  ]);
});

it("readSarif() takes rules by index and out of extensions", () => {
  const low = { id: "LOW-1", properties: { "security-severity": "2" } };
  const high = { id: "HIGH-1", properties: { "security-severity": 8.1 } };
  const tool = { driver: { rules: [low] }, extensions: [{ rules: [high] }] };
  const results = [{ ruleIndex: 0 }, { rule: { id: "HIGH-1", index: 0 } }];
  expect(read({ tool, results })).toEqual([
    { id: "LOW-1", severity: "low", message: "" },
    { id: "HIGH-1", severity: "high", message: "" },
  ]);
});

it.each([
  ["0.0", "none"],
  ["0.1", "low"],
  ["3.9", "low"],
  ["4.0", "medium"],
  ["6.9", "medium"],
  ["7.0", "high"],
  ["8.9", "high"],
  ["9.0", "critical"],
  ["10.0", "critical"],
])("readSarif() takes a score of %s for %s", (score, severity) => {
  const rule = { id: "a", properties: { "security-severity": score } };
  expect(read(run([{ ruleId: "a", level: "note" }], [rule]))).toMatchObject([{ severity }]);
});

it.each([
  [{ properties: { "security-severity": "11", tags: ["security", "HIGH"] } }, "note", "high"],
  [{ properties: { "security-severity": "-1", tags: ["LOW", "CRITICAL"] } }, "note", "critical"],
  [{ defaultConfiguration: { level: "note" } }, undefined, "low"],
  [{ defaultConfiguration: { level: "note" } }, "error", "high"],
  [{}, undefined, "medium"],
  [{}, "none", "none"],
  [{}, "strange", "medium"],
])("readSarif() goes by tags, then by level: %j, %s", (rule, level, severity) => {
  expect(read(run([{ ruleId: "a", level }], [{ id: "a", ...rule }]))).toMatchObject([{ severity }]);
});

it.each([
  ["5.5", "CRITICAL", "critical"],
  ["9.8", "LOW", "critical"],
  ["0.0", "UNKNOWN", "none"],
])("readSarif() takes the worse of a score of %s and the tag %s", (score, tag, severity) => {
  const rule = { id: "a", properties: { "security-severity": score, tags: ["security", tag] } };
  expect(read(run([{ ruleId: "a" }], [rule]))).toMatchObject([{ severity }]);
});

it("readSarif() keeps the worst severity of one vulnerability", () => {
  const results = ["low", "critical", "low"].map((severity) => ({
    ruleId: "a",
    properties: { "security-severity": severity === "low" ? "1" : "9" },
  }));
  expect(read(run(results))).toMatchObject([{ id: "a", severity: "critical" }]);
});

it.each([
  { suppressions: [{ kind: "external" }] },
  { suppressions: [{ kind: "external", status: "accepted" }] },
  { kind: "pass" },
  { baselineState: "absent" },
])("readSarif() leaves out %j", (parts) => {
  expect(read(run([{ ruleId: "a", ...parts }]))).toEqual([]);
});

it.each([{ suppressions: [] }, { suppressions: [{ status: "rejected" }] }, { kind: "fail" }])(
  "readSarif() keeps %j",
  (parts) => {
    expect(read(run([{ ruleId: "a", ...parts }]))).toHaveLength(1);
  },
);

it.each([
  ["no", "not JSON"],
  ["[]", "no runs"],
  ['{"version":"2.1.0","runs":[]}', "no runs"],
  ['{"version":"1.0.0","runs":[{}]}', "not version 2.1"],
  ['{"version":"2.1.0","runs":[null]}', "no object"],
  ['{"version":"2.1.0","runs":[{"tool":{}}]}', "no results"],
  ['{"version":"2.1.0","runs":[{"results":[5]}]}', "no object"],
])("readSarif() refuses %s", (text, message) => {
  expect(() => readSarif(text)).toThrow(message);
});

it("readSarif() does not take a scan that failed for one that found nothing", () => {
  const failed = run([], [], { invocations: [{ executionSuccessful: false }] });
  expect(() => read(failed)).toThrow("did not succeed");
});

it("readSarif() has a limit", () => {
  const results = Array.from({ length: SARIF_LIMIT_FINDINGS + 1 }, (_, index) => ({
    ruleId: String(index),
  }));
  expect(() => read(run(results))).toThrow("more than 100000 findings");
});

it("readSarif() gives sound findings or a SarifError, whatever it reads", () => {
  const names = ["runs", "results", "tool", "driver", "rules", "ruleId", "ruleIndex", "rule", "id"];
  const more = ["properties", "security-severity", "tags", "level", "message", "text", "__proto__"];
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.constant(null), fc.constant(-1)),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names, ...more), tie("value"), { maxKeys: 6 }),
    ),
  }));
  const report = fc.record({
    version: fc.constant("2.1.0"),
    runs: fc.array(fc.record({ tool: value, results: fc.oneof(value, fc.array(value)) })),
  });
  fc.assert(
    fc.property(
      fc.oneof(
        report.map((each) => JSON.stringify(each)),
        fc.string(),
      ),
      (text) => {
        try {
          for (const { id, severity, message } of readSarif(text)) {
            expect(SEVERITIES).toContain(severity);
            expect(id.length).toBeLessThanOrEqual(200);
            expect(message.length).toBeLessThanOrEqual(200);
            expect(`${id}${message}`).not.toMatch(/[\p{Cc}]/u);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SarifError);
        }
      },
    ),
  );
});

it("isWorse() compares severities", () => {
  expect(isWorse("critical", "high")).toBe(true);
  expect(isWorse("high", "high")).toBe(false);
  expect(isWorse("none", "low")).toBe(false);
});
