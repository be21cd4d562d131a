import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { connectControl } from "../../src/app/control/connect-control.ts";
import { maySmallDisk, smallDisk } from "../support/small-disk.ts";
import { until } from "../support/supervised.ts";
import { startUp, WATCHING_MS } from "../support/up-lab.ts";
import { testFolder } from "../support/folder.ts";

it.skipIf(!maySmallDisk())(
  "clockwork up watches on while its disk is full, repairs nothing that it cannot write down, and goes on once there is room",
  async () => {
    using disk = smallDisk(4 * 1024 * 1024);
    using outside = testFolder();
    const [well, tried] = [join(outside.path, "well"), join(outside.path, "tried")];
    writeFileSync(well, "");
    const folder = join(disk.path, "project");
    mkdirSync(folder);
    writeFileSync(
      join(folder, "main.ts"),
      `import { HostResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
import { RunCommandAction } from "clockwork/actions";
new HostResource({
  name: "queue",
  assertions: [new FileExistsAssert({ path: "${well}" })],
  checkInterval: "200ms",
  reconcile: true,
  repair: [new RunCommandAction({ command: ["/bin/touch", "${tried}", "${well}"] })],
});
`,
    );
    const up = startUp([folder], {});
    try {
      await up.until(/\/queue unknown -> healthy/u);
      const filler = join(disk.path, "filler");
      fill(filler);
      rmSync(well);
      await up.until(/no space|disk is full|cannot be written|ENOSPC|is full/iu);
      // It still looks, and says what it sees; but nothing is done that could not be written down.
      expect(up.text()).toContain("/queue failing 1 of 3");
      await using control = await connectControl(join(folder, ".clockwork"));
      for (let looks = 0; looks < 10; looks += 1) {
        expect(await control?.checkNow("queue")).toMatchObject({ findings: [{ verdict: "fail" }] });
      }
      expect(existsSync(tried)).toBe(false);
      expect(up.count(/repair started/u)).toBe(0);
      rmSync(filler);
      await until(() => up.text().includes("repair ended: run-command helped"), "it is repaired");
      await up.until(/\[resolved\] \S+ queue was repaired by 1 attempt/u);
      expect(up.count(/\[failure\]/u)).toBe(1);
    } finally {
      expect(await up.stop()).toBe(0);
    }
  },
  WATCHING_MS,
);

// Until not a byte more goes in.
function fill(path: string): void {
  for (const size of [65_536, 4_096, 512]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: "a" });
    } catch {
      // Full, for pieces of this size.
    }
  }
}
