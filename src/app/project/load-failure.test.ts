import fc from "fast-check";
import { expect, it } from "vitest";
import { anything } from "../../../test/support/hostile.ts";
import { describeLoadFailure } from "./load-failure.ts";

const MAIN = "/srv/shop/main.ts";
const CONTEXT = { root: "/srv/shop", files: new Set([MAIN, "/srv/shop/lib (1)/a.ts"]) };

async function described(error: unknown): ReturnType<typeof describeLoadFailure> {
  return await describeLoadFailure(error, MAIN, CONTEXT);
}

it.each([
  ["Error: no\n    at f (file:///srv/shop/main.ts:7:3)\n", "main.ts", 7, 3],
  ["Error: no\n    at file:///srv/other.ts:1:1\n    at /srv/shop/main.ts:9:2", "main.ts", 9, 2],
  ["/srv/shop/lib (1)/a.ts:4\nconst = 1\n\nSyntaxError", "lib (1)/a.ts", 4, null],
  ["Error\n    at f (file:///srv/shop/lib%20(1)/a.ts:5:6)", "lib (1)/a.ts", 5, 6],
  ["Error\n    at f (file:///backup/srv/shop/main.ts:5:6)", "main.ts", null, null],
  ["Error\n    at f (/srv/shop/main.tsx:5:6)", "main.ts", null, null],
])("describeLoadFailure finds the place in %j", async (stack, file, line, column) => {
  const error = Object.assign(new Error("no"), { stack });
  expect(await described(error)).toMatchObject({ file, line, column, code: "project-threw" });
});

it("describeLoadFailure cuts a long message, and keeps it on one line", async () => {
  const { message } = await described(new Error(`a\nb\u001b[31m${"x".repeat(10_000)}`));
  expect(message.length).toBeLessThanOrEqual(2_000);
  expect(message).toMatch(/^threw Error: a b\uFFFD\[31mx/u);
});

it("describeLoadFailure describes anything that can be thrown", async () => {
  const errors = fc.record(
    { message: anything, stack: anything, code: anything, name: anything },
    { requiredKeys: [] },
  );
  const thrown = fc.oneof(
    anything,
    errors.map((fields) => Object.assign(new Error("x"), fields)),
    errors.map((fields) => Object.assign(new TypeError("y"), fields)),
  );
  await fc.assert(
    fc.asyncProperty(thrown, async (error) => {
      const problem = await described(error);
      expect(problem.file).not.toBe("");
      expect(problem.message).toMatch(/\S/u);
      expect(problem.message).not.toMatch(/\p{Cc}/u);
    }),
  );
});
