import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startService } from "../support/services.ts";
import { until } from "../support/supervised.ts";
import { testFolder } from "../support/folder.ts";
import { oddSeconds, pidsWith, startUp, upProject, WATCHING_MS } from "../support/up-lab.ts";

const IMPORTS = `import { CommandResource, FileResource, HostResource, ProcessResource, ServiceResource } from "clockwork/resources";
import { CommandAssert, FileExistsAssert } from "clockwork/assertions";
void [CommandResource, FileResource, HostResource, ProcessResource, ServiceResource, CommandAssert, FileExistsAssert];
`;

it(
  "clockwork up destroys what has a maxDuration, and makes it again only for an apply",
  async () => {
    const seconds = oddSeconds();
    await using project = upProject(`${IMPORTS}
new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });
new ProcessResource({ name: "worker", command: ["/bin/sleep", "${seconds}"], reconcile: true, maxDuration: "2s" });
`);
    const up = project.up();
    await up.until(/ \S+\/worker expired: its time was over, and it was destroyed/u);
    expect(pidsWith(seconds)).toEqual([]);
    await until(async () => (await project.status()).resources.length === 1, "only motd");
    up.signal("SIGHUP");
    await up.until(/ reloaded: watching 1 resource\n/u);
    expect(pidsWith(seconds)).toEqual([]);
    await up.crash();
    const second = project.up();
    await second.until(/\/motd unknown -> healthy/u);
    expect(pidsWith(seconds)).toEqual([]);
    expect((await project.status()).pendingChanges.join()).toContain("worker: create");
    expect(await project.run("apply", "--yes")).toMatchObject({ code: 0 });
    await second.until(/\/worker unknown -> healthy/u);
    await second.until(/ \S+\/worker expired: /u);
    expect(pidsWith(seconds)).toEqual([]);
    expect(second.count(/\[failure\]/u)).toBe(0);
    expect(await second.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up tells of the root of what fails once, and of the rest as its consequence",
  async () => {
    let isDown = false;
    const answer: Parameters<typeof startService>[0] = (_request, response) => {
      response.writeHead(isDown ? 500 : 200).end();
    };
    await using database = await startService(answer);
    await using shop = await startService(answer);
    await using project = upProject(`${IMPORTS}
const every = { checkInterval: "300ms" };
const db = new ServiceResource({ name: "db", url: "${database.url}", ...every });
const shop = new ServiceResource({ name: "shop", url: "${shop.url}", dependsOn: [db], ...every });
new ServiceResource({ name: "front", url: "${shop.url}", dependsOn: [shop], ...every });
`);
    const up = project.up();
    for (const name of ["db", "shop", "front"]) {
      await project.untilResource(name, ({ state }) => state.health === "healthy", "well");
    }
    isDown = true;
    await up.until(/\[failure\] \S+ db is unhealthy/u);
    for (const name of ["shop", "front"]) {
      await project.untilResource(
        name,
        ({ state }) => state.causedBy === "db" && state.health === "unhealthy",
        "unhealthy, caused by db",
      );
    }
    const { next } = await project.ask((control) => control.explain("front"));
    expect(next.join("\n")).toContain("db is at the root of it");
    expect((await project.run("status")).stdout).toMatch(/caused by db/u);
    const open = (await project.status()).resources.flatMap(({ incidents }) => incidents);
    expect(open.map(({ resource }) => resource)).toEqual(["db"]);
    isDown = false;
    await up.until(/\[resolved\] \S+ db /u);
    for (const name of ["shop", "front"]) {
      await project.untilResource(name, ({ state }) => state.health === "healthy", "well again");
    }
    expect(up.count(/\[failure\]/u)).toBe(1);
    expect(up.count(/\[resolved\]/u)).toBe(1);
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up watches several projects, services and tasks, in one process",
  async () => {
    await using service = await startService((_request, response) => {
      response.writeHead(200).end();
    });
    await using one = upProject(`${IMPORTS}
new FileResource({ name: "motd", path: "motd.txt", content: "one\\n", reconcile: true });
`);
    await using two = upProject(`${IMPORTS}
new FileResource({ name: "motd", path: "motd.txt", content: "two\\n", reconcile: true });
`);
    using folder = testFolder();
    const services = folder.write(
      "services.json",
      JSON.stringify([{ name: "api", url: service.url }]),
    );
    const tasks = folder.write(
      "tasks.yaml",
      [
        "- name: Flag",
        "  process_name: flag",
        "  check_type: command",
        `  check_config: { command: [test, -e, ${JSON.stringify(join(folder.path, "flag"))}] }`,
        "  check_interval_seconds: 0.2",
        "  consecutive_failures_threshold: 2",
        "  action_on_failure: run_command",
        `  action_config: { command: [touch, ${JSON.stringify(join(folder.path, "flag"))}] }`,
        "",
      ].join("\n"),
    );
    const up = startUp([one.path, two.path, services, tasks, "--interval", "500ms"], {});
    try {
      await until(
        () => /motd unknown -> healthy[^]*motd unknown -> healthy/u.test(up.text()),
        "both projects",
      );
      await until(() => up.text().includes("/api unknown -> healthy"), "the services");
      await until(() => up.text().includes("/Flag repair ended: run_command helped"), "the tasks");
      expect([one.read("motd.txt"), two.read("motd.txt")]).toEqual(["one\n", "two\n"]);
      rmSync(join(two.path, "motd.txt"));
      await until(() => /\[resolved\] \S+ motd was repaired/u.test(up.text()), "repaired");
      expect(one.read("motd.txt")).toBe("one\n");
      expect(two.read("motd.txt")).toBe("two\n");
      expect((await one.status()).resources).toHaveLength(1);
    } finally {
      expect(await up.stop()).toBe(0);
    }
  },
  WATCHING_MS,
);

it(
  "clockwork up changes things without asking when it is told so, and takes everything away at its end",
  async () => {
    const motd = (content: string): string =>
      `${IMPORTS}new FileResource({ name: "motd", path: "motd.txt", content: "${content}\\n" });\n`;
    await using project = upProject(motd("one"));
    const up = project.up("--auto-approve", "--ephemeral");
    await up.until(/\/motd unknown -> healthy/u);
    project.write("main.ts", motd("two"));
    await up.until(/ reloaded: /u);
    expect(project.read("motd.txt")).toBe("two\n");
    expect((await project.status()).pendingChanges).toEqual([]);
    expect(await up.stop()).toBe(0);
    expect(project.has("motd.txt")).toBe(false);
  },
  WATCHING_MS,
);

it(
  "clockwork up stops at once while a look and a repair hang, and while it deploys; the next one goes on",
  async () => {
    const slow = `new CommandResource({
  name: "slow",
  check: ["test", "-e", "done"],
  apply: ["sh", "-c", "touch begun; until test -e go; do sleep 0.05; done; touch done"],
  assertions: [new FileExistsAssert({ path: "done" })],
});
`;
    await using project = upProject(`${IMPORTS}${slow}
new HostResource({ name: "hanging", timeout: "1h", assertions: [new CommandAssert({ command: ["sh", "-c", "touch looking; sleep 3600"] })] });
`);
    const first = project.up();
    await until(() => project.has("begun"), "it deploys");
    expect(await first.stop()).toBe(0);
    project.write("go", "");
    const second = project.up();
    await until(() => project.has("done") && project.has("looking"), "it looks");
    expect(await second.stop()).toBe(0);
    const third = project.up();
    await third.until(/\/slow unknown -> healthy/u);
    expect((await project.run("plan", "--detailed-exitcode")).code).toBe(0);
    expect(await third.stop()).toBe(0);
  },
  WATCHING_MS,
);
