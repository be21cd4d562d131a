import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { descendantsOf } from "./descendants.ts";

it.runIf(process.platform === "linux")(
  "descendantsOf() finds children and theirs, in whatever group they are",
  async () => {
    const script = `setsid sleep 60 & echo $!; exec sleep 60`;
    const shell = spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [line] = (await once(shell.stdout, "data")) as [Buffer];
      const { pid = 0 } = shell;
      const child = Number(line.toString());
      expect(descendantsOf(pid)).toEqual([child]);
      expect(descendantsOf(process.pid)).toEqual(expect.arrayContaining([pid, child]));
      process.kill(child);
    } finally {
      shell.kill();
    }
  },
);

it("descendantsOf() finds none of a process that is not there", () => {
  expect(descendantsOf(2 ** 30)).toEqual([]);
});
