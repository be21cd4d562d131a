import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { StateError } from "../../model/deploy-errors.ts";
import { StoreThread } from "./thread-client.ts";

const ASKED = { method: "snapshot" } as const;

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

const thread = (code: string): StoreThread =>
  new StoreThread(
    join(folder.path, "state.db"),
    folder.write("thread.mjs", `import { parentPort } from "node:worker_threads";\n${code}`),
  );

describe("a thread", () => {
  it.each([
    ["that cannot be loaded", `import "./nobody.mjs";`, "Cannot find module"],
    ["that throws", `parentPort.on("message", () => { throw new Error("broken"); });`, "broken"],
    ["that ends", `parentPort.on("message", () => process.exit(0));`, "ended with 0"],
    ["that ends with a failure", `process.exit(3);`, "ended with 3"],
    ["that rejects", `parentPort.on("message", () => Promise.reject(new Error("late")));`, "late"],
  ])("%s fails everybody who asks it, now and later", async (_, code, reason) => {
    const failing = thread(code);
    const asked = await Promise.allSettled([failing.ask(ASKED), failing.ask(ASKED)]);
    for (const one of asked) {
      const why: unknown = one.status === "rejected" ? one.reason : null;
      expect(why).toBeInstanceOf(StateError);
      expect(String(why)).toContain(reason);
    }
    await expect(failing.ask(ASKED)).rejects.toThrow(StateError);
    await failing.close();
  });

  it("that fails after some answers fails whoever still waits", async () => {
    const failing = thread(
      `parentPort.on("message", ({ id }) => { if (id > 1) process.exit(1); parentPort.postMessage({ id, value: "fine" }); });`,
    );
    expect(await failing.ask(ASKED)).toBe("fine");
    await expect(failing.ask(ASKED)).rejects.toThrow("ended with 1");
    await failing.close();
  });

  it("refuses what cannot be handed over, and goes on", async () => {
    const own = new StoreThread(join(folder.path, "state.db"));
    const resource = { spec: () => 1 };
    const changes = [{ type: "put-resource", name: "web", resource }] as never;
    await expect(own.ask({ method: "commit", changes, expect: {} })).rejects.toThrow("cloned");
    expect(await own.ask(ASKED)).toMatchObject({ serial: 0 });
    await Promise.all([own.close(), own.close()]);
  });
});
