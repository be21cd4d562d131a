import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { ProcessResource } from "./process.ts";

const { kind } = ProcessResource;

it("ProcessResource is a command, of which a process must run", async () => {
  const command = ["/usr/bin/worker", "--queue", "mail"];
  const { target, claims, parameters } = await declare(kind, { command, stopGrace: "1m" });
  expect(target.command).toEqual(command);
  expect(claims).toEqual(["worker runs"]);
  expect(parameters).toMatchObject({ stopSignal: "SIGTERM", stopGrace: 60 });
  expect(kind.checkIntervalSeconds).toBe(10);
});

it.each([
  [{ command: "worker --queue" }, "must be a list"],
  [{ command: [] }, "1 to 1000 entries"],
  [{ command: ["worker"], stopSignal: "SIGSTOP" }, "one of"],
  [{ command: ["worker"], envVars: { A: 1 } }, "envVars"],
  [{}, "is needed"],
])("ProcessResource refuses %o", async (options, message) => {
  await expect(declare(kind, options)).rejects.toThrow(message);
});
