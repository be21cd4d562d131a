import { expect, it } from "vitest";
import { scripted, simulated } from "../../test/support/checking.ts";
import { checkReport } from "./check-report.ts";

it("checkReport() reports in the order given, with a document in the promised shape", async () => {
  const report = await checkReport(
    [
      { name: "bad", url: "http://u:secret@a/unhealthy" },
      { name: "gone", url: "http://b/unreachable" },
      { name: "good", url: "http://c/" },
    ],
    { project: "shop", ...simulated() },
  );
  expect(report.items.map(({ name, verdict, detail }) => [name, verdict, detail])).toEqual([
    ["bad", "fail", "Expected 200, got 500"],
    ["gone", "fail", "unreachable: connection refused by b (simulated)"],
    ["good", "pass", "200"],
  ]);
  expect(report.items[0]?.target).toBe("http://u:***@a/unhealthy");
  expect(report).toMatchObject({
    project: "shop",
    summary: { total: 3, passed: 1, failed: 2, errors: 0, skipped: 0 },
    document: {
      results: [{ serviceName: "bad" }, { serviceName: "gone" }, { serviceName: "good" }],
      summary: { total: 3 },
    },
  });
  expect(JSON.stringify(report)).not.toContain("secret");
});

it("checkReport() tells what could not be looked at from what failed", async () => {
  const { clock } = simulated();
  const broken = scripted(() => Promise.reject(new TypeError("a bug")));
  const { items, summary } = await checkReport([{ name: "a", url: "http://a/" }], {
    project: "shop",
    clock,
    transport: broken,
  });
  expect(items[0]).toMatchObject({ verdict: "error", detail: "unexpected TypeError: a bug" });
  expect(summary).toMatchObject({ failed: 0, errors: 1 });
});
