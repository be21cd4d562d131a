import { expect, it } from "vitest";
import { logLine } from "./task-log.ts";

it("logLine() makes one line, and hides secrets", () => {
  expect(logLine("asked https://root:s3cret@host/health\nnext")).toBe(
    String.raw`asked https://***@host/health\nnext`,
  );
  expect(logLine("token=s3cret of api: password: s3cret")).not.toContain("s3cret");
  expect(logLine("authorization: Bearer s3cret-s3cret")).not.toContain("s3cret");
});
