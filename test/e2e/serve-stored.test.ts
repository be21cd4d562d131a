import { expect, it } from "vitest";
import { BIN, start } from "../support/cli.ts";
import { apiAt, type Api } from "../support/serve-lab.ts";
import { until } from "../support/supervised.ts";
import { upProject, WATCHING_MS } from "../support/up-lab.ts";

const MAIN = `import { FileResource } from "clockwork/resources";
new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });
`;

/** A `clockwork serve` that runs. */
interface ServeRun extends AsyncDisposable {
  readonly api: Api;
  readonly text: () => string;
  /** Tells it to stop, and gives its exit code. */
  readonly stop: () => Promise<number | null>;
}

async function startServe(args: readonly string[], cwd: string): Promise<ServeRun> {
  const command = [BIN, "serve", "--listen", "127.0.0.1:0", ...args];
  const { child, finished } = start(process.execPath, command, { cwd });
  let told = "";
  child.stderr.on("data", (more: string) => (told += more));
  const served = /^Serving (\S+) \(read-only\)$/mu;
  const ended = finished.then(({ stderr }) => Promise.reject(new Error(`ended: ${stderr}`)));
  await Promise.race([until(() => served.test(told), "it is served"), ended]);
  ended.catch(() => undefined);
  return {
    api: apiAt(served.exec(told)?.[1] ?? ""),
    text: () => told,
    stop: async () => {
      child.kill("SIGTERM");
      return (await finished).code;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await finished;
    },
  };
}

it(
  "clockwork serve tells what a project that nobody watches was last, live once somebody does, and changes nothing",
  async () => {
    await using project = upProject(MAIN);
    project.write("clockwork.yaml", "name: shop\n");
    const first = project.up();
    await first.until(/\/motd unknown -> healthy/u);
    expect(await first.stop()).toBe(0);

    await using serving = await startServe([], project.path);
    const { api } = serving;
    const motd = "/api/projects/shop/resources/motd";
    expect((await api.get("/api/status")).body).toMatchObject({ isWatching: false, resources: 1 });
    expect((await api.get(motd)).body).toMatchObject({ health: "healthy", nextCheck: null });
    expect((await api.get("/api/projects")).body).toMatchObject({
      projects: [{ name: "shop", runningSince: null }],
    });
    expect((await api.get("/api/projects/shop/versions")).body).toMatchObject({
      versions: [{ number: 1 }],
    });
    const changes = ["check", "repair", "holds/pause", "acknowledge", "heartbeat"];
    for (const path of [...changes.map((change) => `${motd}/${change}`)]) {
      const refused = await api.post(path);
      expect(refused, path).toMatchObject({ status: 409, body: { code: "read-only" } });
    }
    for (const [path, body] of [
      ["/api/projects/shop/apply", {}],
      ["/api/projects/shop/rollback", { version: 1 }],
      ["/api/projects", { path: project.path }],
    ] as const) {
      const refused = await api.post(path, body);
      expect(refused, path).toMatchObject({ status: 409, body: { code: "read-only" } });
    }

    const stream = await api.open("/api/projects/shop/events", { accept: "text/event-stream" });
    let told = "";
    stream.setEncoding("utf8").on("data", (more: string) => (told += more));
    const second = project.up();
    await until(() => told.includes("watching 1 resource"), "the beginning is told");
    await until(async () => {
      const { body } = await api.get(motd);
      return (body as { nextCheck: string | null }).nextCheck !== null;
    }, "it is told live");
    expect(await project.run("pause", "motd")).toMatchObject({ code: 0 });
    await until(() => told.includes("held"), "what happens is told");
    expect((await api.get(motd)).body).toMatchObject({ holds: [{ kind: "pause" }] });
    await second.crash();
    await until(async () => {
      const { body } = await api.get("/api/projects/shop");
      return (body as { runningSince: string | null }).runningSince === null;
    }, "it is told that nobody watches");
    expect((await api.get(motd)).body).toMatchObject({ holds: [{ kind: "pause" }] });
    expect(await serving.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork serve serves several projects, and refuses what is none",
  async () => {
    await using shop = upProject(MAIN);
    await using mail = upProject(MAIN);
    const missing = await shop.run("serve", "missing");
    expect(missing).toMatchObject({ code: 78, stdout: "" });
    expect(missing.stderr).toContain("there is no project at");
    shop.write("clockwork.yaml", "name: same\n");
    mail.write("clockwork.yaml", "name: same\n");
    const same = await shop.run("serve", shop.path, mail.path);
    expect(same).toMatchObject({ code: 78 });
    expect(same.stderr).toContain("two projects are called same");
    mail.write("clockwork.yaml", "name: mail\n");
    await using serving = await startServe([shop.path, mail.path], shop.path);
    expect((await serving.api.get("/api/projects")).body).toMatchObject({
      projects: [
        { name: "same", resources: 0 },
        { name: "mail", resources: 0 },
      ],
    });
    expect(await serving.stop()).toBe(0);
    // What was only read has no state of its own.
    expect(mail.has(".clockwork")).toBe(false);
  },
  WATCHING_MS,
);
