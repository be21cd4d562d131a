import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { CarryOutOrder } from "../../src/app/control/deploy-order.ts";
import { serveControl } from "../../src/app/control/serve-control.ts";
import { deploy, takeOver } from "../../src/app/deploy/deploy.ts";
import { preparingRest } from "../../src/app/deploy/prepare.ts";
import { openWorkspace } from "../../src/app/deploy/workspace.ts";
import { startCli } from "../support/cli.ts";
import { declared, deployProject, MANY_RUNS_MS, SLOW } from "../support/deploy-project.ts";
import { watchControl } from "../support/watch-control.ts";

/** Holds a project as a running `clockwork up` does, and carries out what it is handed. */
async function holding(root: string): Promise<AsyncDisposable & { readonly orders: string[] }> {
  await using parts = new AsyncDisposableStack();
  const folder = join(root, ".clockwork");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const workspace = parts.use(await openWorkspace({ root, name: "shop" }));
  const { signal } = new AbortController();
  const lock = parts.use(await workspace.lock.acquire({ command: "clockwork up", signal }));
  const journal = await takeOver(workspace, lock, { signal });
  const exclude = (): Promise<Disposable> => Promise.resolve({ [Symbol.dispose]: () => undefined });
  const orders: string[] = [];
  const carryOut: CarryOutOrder = async (order, options) => {
    orders.push(`${order.command} by ${order.by}`);
    const { plan, of, mode } = order;
    const request = { prepare: preparingRest(plan), of, mode };
    return await deploy(
      workspace,
      request,
      { ...order, ...options, plan },
      { lock, journal, exclude },
    );
  };
  parts.use(
    await serveControl({
      folder,
      control: watchControl(),
      deploy: carryOut,
      reload: () => Promise.resolve(""),
      stop: () => undefined,
      clock: systemClock,
    }),
  );
  const owned = parts.move();
  return { orders, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

it(
  "clockwork apply, rollback and destroy are carried out by the clockwork up that holds the project",
  async () => {
    using project = deployProject();
    await using up = await holding(project.path);
    const applied = await project.run("apply", "--yes");
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stderr).toMatch(/motd: created in /u);
    expect(applied.stdout).toMatch(/\nDeployed as version 1 in \S+: 2 created\./u);
    expect(project.read("motd.txt")).toBe("hello\n");
    expect((await project.run("lock", "status")).stdout).toContain("held by clockwork up on");
    project.write("main.ts", declared("goodbye"));
    expect(await project.run("apply", "--yes")).toMatchObject({ code: 0 });
    expect(project.read("motd.txt")).toBe("goodbye\n");
    const back = await project.run("rollback", "1", "--yes");
    expect(back).toMatchObject({ code: 0, stderr: expect.stringContaining("motd: ") as unknown });
    expect(project.read("motd.txt")).toBe("hello\n");
    expect((await project.run("history")).stdout).toContain("rollback to 1");
    // Nothing is different, and yet the project is not pinned any more.
    project.write("main.ts", declared("hello"));
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(await project.run("destroy", "--yes")).toMatchObject({ code: 0 });
    expect(project.has("motd.txt")).toBe(false);
    expect(up.orders.map((order) => order.replace(/ by .*/u, ""))).toEqual([
      "clockwork apply",
      "clockwork apply",
      "clockwork rollback",
      "clockwork apply",
      "clockwork destroy",
    ]);
  },
  MANY_RUNS_MS,
);

it(
  "clockwork destroy --delete-data lets data go where it is handed over, and nothing else does",
  async () => {
    using project = deployProject(`import { DirectoryResource } from "clockwork/resources";
new DirectoryResource({ name: "data", path: "data" });
`);
    await using up = await holding(project.path);
    expect(await project.run("apply", "--yes")).toMatchObject({ code: 0 });
    project.write("data/people.txt", "theirs");
    const kept = await project.run("destroy", "--yes");
    expect(kept.code).not.toBe(0);
    expect(project.has("data/people.txt")).toBe(true);
    expect(await project.run("destroy", "--yes", "--delete-data")).toMatchObject({ code: 0 });
    expect(project.has("data")).toBe(false);
    expect(up.orders.at(-1)).toMatch(/^clockwork destroy by /u);
  },
  MANY_RUNS_MS,
);

it(
  "clockwork apply that is interrupted interrupts what was handed over, and tells so",
  async () => {
    using project = deployProject(SLOW);
    await using up = await holding(project.path);
    const running = startCli(["apply", "--yes"], { cwd: project.path });
    await expect.poll(() => project.has("begun"), { timeout: 60_000 }).toBe(true);
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.finished;
    expect({ code, text: `${stdout}${stderr}` }).toMatchObject({
      code: 130,
      text: expect.stringContaining("Interrupted") as unknown,
    });
    expect(up.orders).toHaveLength(1);
  },
  MANY_RUNS_MS,
);
