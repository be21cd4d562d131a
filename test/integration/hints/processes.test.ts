import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { identityAt } from "../../../src/adapters/system/hosted-processes.ts";
import { systemHints } from "../../../src/app/hints.ts";
import { openWorld } from "../../../src/app/world.ts";
import { lifecycleLab } from "../../support/lifecycle-lab.ts";
import { heard, wanted } from "./heard.ts";

const COMMAND = ["sleep", "1000000"];

describe.skipIf(process.platform !== "linux")("systemHints() of processes", () => {
  it("tells when a process that was deployed is killed, and once", async () => {
    await using process = await lifecycleLab("process");
    await using world = openWorld({ root: "/" });
    await using source = systemHints({ root: "/", world });
    const { hints, onHint, next } = heard();
    const physical = await process.create(process.subject({ command: COMMAND }));
    const target = wanted("worker", { command: COMMAND }, physical);
    await using watching = source.watch([target], onHint);
    const pid = Number(physical["pid"]);
    globalThis.process.kill(pid, "SIGKILL");
    expect(await next("worker")).toEqual({
      resource: "worker",
      reason: `process ${String(pid)} has ended`,
    });
    watching.update([target, wanted("same", { command: COMMAND }, physical)]);
    await next("same");
    expect(hints).toHaveLength(2);
  });

  it("takes a zombie for one that has ended", async () => {
    await using world = openWorld({ root: "/" });
    await using source = systemHints({ root: "/", world });
    // Its parent is a program that waits for nobody.
    const script = "sleep 1000000 & echo $!; exec sleep 1000000";
    const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const identity = identityAt(Number(String(line)));
      expect(identity).not.toBeNull();
      const { onHint, next } = heard();
      const physical = { ...identity };
      source.watch([wanted("worker", { command: COMMAND }, physical)], onHint);
      process.kill(Number(String(line)), "SIGKILL");
      await next("worker", /has ended/u);
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it("takes the pid of another process for none of its own", async () => {
    await using world = openWorld({ root: "/" });
    await using source = systemHints({ root: "/", world });
    const identity = identityAt(process.pid);
    const { onHint, next } = heard();
    const physical = { ...identity, startTicks: Number(identity?.startTicks) - 1 };
    source.watch([wanted("worker", { command: COMMAND }, physical)], onHint);
    await next("worker", /has ended/u);
  });
});
