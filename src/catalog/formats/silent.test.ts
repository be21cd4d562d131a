import { expect, it } from "vitest";
import { item, report } from "../../../test/support/report.ts";
import { silent } from "./silent.ts";

it("silent() says nothing", () => {
  expect(silent.render(report([item()]), { color: true, width: 80 })).toBe("");
});
