import fc from "fast-check";
import { expect, it } from "vitest";
import { describeThrown, projectStack } from "./project-stack.ts";

const PROJECT = { root: "/srv/shop", files: new Set(["/srv/shop/main.ts", "/srv/shop/lib/a.ts"]) };

it("projectStack() keeps the lines of the project's own files", () => {
  const stack = [
    "Error: boom",
    "    at count (file:///srv/shop/lib/a.ts:2:9)",
    "    at async file:///srv/shop/main.ts:15:24",
    "    at Object.<anonymous> (/srv/shop/node_modules/pkg/index.js:1:1)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
    "    at work (file:///opt/clockwork/dist/app/functions/function-process.js:60:1)",
  ].join("\n");
  expect(projectStack(stack, PROJECT)).toBe("at count (lib/a.ts:2:9)\nat main.ts:15:24");
});

it("describeThrown() names an error and shows what else was thrown", () => {
  const message = (error: unknown): string => describeThrown(error, PROJECT).message;
  expect(message(new TypeError("no"))).toBe("TypeError: no");
  expect(message(new Error(""))).toBe("Error");
  expect(message("no")).toBe('threw "no"');
  expect(message(null)).toBe("threw null");
  expect(message({ a: 1 })).toBe("threw a value of type object");
});

it("describeThrown() survives an error that throws when it is looked at", () => {
  const error = new Error("x");
  Object.defineProperty(error, "message", {
    get: () => {
      throw new Error("inner");
    },
  });
  expect(describeThrown(error, PROJECT).message).toBe("something that cannot be shown");
});

it("projectStack() takes any text", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const stack = `    at ${one} (file://${other}:1:2)\n${one}`;
      expect(projectStack(stack, PROJECT)).toBe("");
    }),
  );
});
