import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { oddSeconds, pidsWith, upProject, WATCHING_MS } from "../support/up-lab.ts";

const IMPORTS = `import { FileResource, HostResource, ProcessResource } from "clockwork/resources";
import { FileExistsAssert, FileSizeAssert } from "clockwork/assertions";
void [FileResource, HostResource, ProcessResource, FileExistsAssert, FileSizeAssert];
`;

it(
  "clockwork up takes over what is new and what is watched otherwise, and lets changes wait for an apply",
  async () => {
    const seconds = oddSeconds();
    const worker = (more: string, last = ""): string =>
      `new ProcessResource({ name: "worker", command: ["/bin/sleep", "${seconds}"${last}], ${more} });\n`;
    const motd = `new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });\n`;
    await using project = upProject(
      `${IMPORTS}import "./other.ts";\n${worker("checkInterval: 5")}`,
    );
    project.write("other.ts", `${IMPORTS}${motd}`);
    const up = project.up();
    await up.until(/\/motd unknown -> healthy/u);
    await project.untilResource("worker", ({ state }) => state.health === "healthy", "well");
    const { since } = (await project.resource("worker")).state;
    const [pid] = pidsWith(seconds);

    // In a file that main.ts imports.
    const fresh = `new FileResource({ name: "fresh", path: "fresh.txt", content: "new\\n" });\n`;
    project.write("other.ts", `${IMPORTS}${motd}${fresh}`);
    await up.until(/ reloaded: watching 3 resources/u);
    await up.until(/\/fresh unknown -> healthy/u);
    expect(project.read("fresh.txt")).toBe("new\n");

    // How it is watched: the thing itself is left alone.
    const policy = "checkInterval: 1, reconcile: true, failureThreshold: 7";
    project.write("main.ts", `${IMPORTS}import "./other.ts";\n${worker(policy)}`);
    await up.until(/ reloaded: watching 3 resources/u);
    const explained = await project.ask((control) => control.explain("worker"));
    expect(explained.policy).toMatchObject({ isReconciled: true, failureThreshold: 7 });
    expect(explained.state.since).toBe(since);
    expect(pidsWith(seconds)).toEqual([pid]);

    // What it is: that waits, and so does what is not declared any more.
    project.write("main.ts", `${IMPORTS}import "./other.ts";\n${worker(policy, ', "0.5"')}`);
    await up.until(/ pending changes: waiting for clockwork apply: worker: \w+: command /u);
    project.write("other.ts", `${IMPORTS}${fresh}`);
    await up.until(/ pending changes: waiting for clockwork apply: .* and 1 more/u);
    const { pendingChanges } = await project.status();
    expect(pendingChanges.join("\n")).toMatch(/worker: \w+: command [^]*motd: delete: /u);
    expect((await project.run("status")).stdout).toMatch(/2 changes wait for clockwork apply:/u);
    expect(pidsWith(seconds)).toEqual([pid]);
    expect(project.has("motd.txt")).toBe(true);

    const applied = await project.run("apply", "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toMatch(/Deployed as version \d+ in /u);
    await up.until(/ deployed: version \d+: deployed, by /u);
    expect(project.has("motd.txt")).toBe(false);
    expect(pidsWith(seconds)).not.toEqual([pid]);
    expect(pidsWith(seconds)).toHaveLength(1);
    const after = await project.status();
    expect(after.pendingChanges).toEqual([]);
    expect(after.resources.map(({ resource }) => resource).toSorted()).toEqual(["fresh", "worker"]);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up keeps what it has, and says why, when what it loads anew is broken or empty",
  async () => {
    const good = `${IMPORTS}new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n", reconcile: true });\n`;
    await using project = upProject(good);
    const up = project.up();
    await up.until(/\/motd unknown -> healthy/u);
    project.write("main.ts", `${good}const x = ;\n`);
    await up.until(
      / reload failed: what was loaded before goes on: main\.ts:5: Expression expected/u,
    );
    project.write("main.ts", "");
    await up.until(
      / reload failed: what was loaded before goes on: main\.ts: declares no resource/u,
    );
    project.write("main.ts", `${good}throw new Error("not today");\n`);
    await up.until(/ reload failed: what was loaded before goes on: main\.ts:5\S* .*not today/u);
    project.write("main.ts", good.replace("content:", "contents:"));
    await up.until(/ reload failed: .*contents/u);
    rmSync(join(project.path, "main.ts"));
    await up.until(/ reload failed: what was loaded before goes on: /u);
    // It is watched, and mended, as before.
    rmSync(join(project.path, "motd.txt"));
    await up.until(/\[resolved\] \S+ motd was repaired by 1 attempt/u);
    project.write("main.ts", good);
    await up.until(/ reloaded: watching 1 /u);
    up.signal("SIGHUP");
    await up.until(/ reloaded: watching 1 /u);
    expect((await project.status()).resources).toHaveLength(1);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up takes over that something broken is to be repaired from now on",
  async () => {
    const motd = (more: string): string =>
      `${IMPORTS}new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n"${more} });\n`;
    await using project = upProject(motd(""));
    const up = project.up();
    await up.until(/\/motd unknown -> healthy/u);
    rmSync(join(project.path, "motd.txt"));
    await up.until(/\[failure\] \S+ motd is unhealthy/u);
    project.write("main.ts", motd(", reconcile: true"));
    await up.until(/\[resolved\] \S+ motd was repaired by 1 attempt/u);
    expect(project.read("motd.txt")).toBe("hello\n");
    // Missing, and something else by now: that is not made without asking.
    project.write("main.ts", motd(""));
    await up.until(/ reloaded: /u);
    rmSync(join(project.path, "motd.txt"));
    await up.until(/\[failure\] \S+ motd is unhealthy/u);
    project.write("main.ts", motd("").replace("hello", "bye"));
    await up.until(/ pending changes: .*motd: create: is missing, and declared otherwise by now/u);
    expect(project.has("motd.txt")).toBe(false);
    expect(await project.run("apply", "--yes")).toMatchObject({ code: 0 });
    expect(project.read("motd.txt")).toBe("bye\n");
    await up.until(/\[resolved\] \S+ motd /u);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);
