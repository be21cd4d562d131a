import { expect, it } from "vitest";
import { until } from "../support/supervised.ts";
import { upProject, WATCHING_MS } from "../support/up-lab.ts";

const MAIN = `import { CommandResource, FileResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
const motd = new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });
new CommandResource({
  name: "slow",
  apply: ["sh", "-c", "while ! test -e go; do sleep 0.1; done; touch slow.txt"],
  destroy: ["rm", "-f", "slow.txt"],
  dependsOn: [motd],
  assertions: [new FileExistsAssert({ path: "slow.txt" })],
});
`;

it(
  "clockwork up answers while it makes what is declared for the first time, and changes nothing besides",
  async () => {
    await using project = upProject(MAIN);
    const up = project.up();
    await up.until(/slow: creating/u);
    await until(
      async () => (await project.told()).resources.some(({ resource }) => resource === "motd"),
      "what is made already is told",
    );
    const known = await project.told();
    expect(known.pid).toBe(up.pid);
    expect(known.runningSince).toBeNull();
    const status = await project.run("status");
    expect(status.code).toBe(3);
    expect(status.stdout).toContain(`clockwork up is starting (pid ${String(up.pid)})`);
    const told = await project.run("explain", "motd");
    expect(told.stdout).toContain("clockwork up is starting");
    for (const asked of [
      ["check-now", "motd"],
      ["pause", "motd"],
      ["apply", "--yes"],
    ]) {
      const refused = await project.run(...asked);
      expect(refused, asked.join(" ")).toMatchObject({ code: 3 });
      expect(refused.stderr).toMatch(/still starting[^]*\(not-ready\)/u);
    }
    project.write("go", "");
    await up.until(/\/slow unknown -> healthy/u);
    expect(await project.run("check-now", "motd")).toMatchObject({ code: 0 });
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up can be told to stop over its socket while it makes what is declared",
  async () => {
    await using project = upProject(MAIN);
    const up = project.up();
    await up.until(/slow: creating/u);
    await project.askAtOnce((control) => control.stop());
    project.write("go", "");
    expect((await up.finished).code).not.toBeNull();
    expect(up.text()).not.toContain("unknown -> healthy");
  },
  WATCHING_MS,
);
