import { expect, it } from "vitest";
import type { LifecycleScope, Subject } from "../../model/lifecycle.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import { declare } from "../../../test/support/declared-resource.ts";
import { CommandResource } from "./command.ts";

const { kind } = CommandResource;

it("CommandResource is nothing that could be looked at by itself", async () => {
  const { target, claims, parameters } = await declare(kind, { apply: ["migrate", "up"] });
  expect(target).toMatchObject({ command: null, path: null, container: null });
  expect(claims).toEqual([]);
  expect(kind.hasBuiltIn).toBe(false);
  expect(parameters).toMatchObject({ check: null, destroy: null });
  expect(kind.checkIntervalSeconds).toBe(60);
});

it("CommandResource needs lists, and something to apply", async () => {
  await expect(declare(kind, { check: ["a"] })).rejects.toThrow("apply");
  await expect(declare(kind, { apply: ["a"], destroy: "rm -rf x" })).rejects.toThrow("a list");
});

it("CommandResource takes the same thing for itself wherever the project is", () => {
  const claims = (root: string): unknown => kind.lifecycle?.claims({ apply: ["a"] }, "one", root);
  expect(claims("/srv/shop")).toEqual(["command:one"]);
  expect(claims("/elsewhere")).toEqual(["command:one"]);
});

it("CommandResource ends a command that hangs", async () => {
  const limits: number[] = [];
  const world = {
    clock: {
      after: (delayMs: number, callback: () => void) => {
        limits.push(delayMs);
        queueMicrotask(callback);
        return () => undefined;
      },
    },
    secrets: { resolve: () => Promise.reject(new Error("there is none")) },
    commands: () =>
      Promise.resolve({
        run: (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              reject(signal.reason as Error);
            });
          }),
      }),
    markBook: () =>
      Promise.resolve({ find: () => Promise.resolve(null), write: () => Promise.resolve() }),
  } as unknown as DeployWorld;
  const subject = {
    resource: "one",
    parameters: { apply: ["hang"] },
    marks: { instance: "0123456789abcdef" },
  } as unknown as Subject;
  const scope = {
    root: "/srv/shop",
    signal: new AbortController().signal,
    note: () => undefined,
  } as unknown as LifecycleScope;
  await expect(kind.lifecycle?.create(subject, world, scope)).rejects.toThrow(
    "its command hang did not end within 10 minutes",
  );
  expect(limits).toEqual([600_000]);
});
