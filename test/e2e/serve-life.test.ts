import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { apiOf } from "../support/serve-lab.ts";
import { startService } from "../support/services.ts";
import { until } from "../support/supervised.ts";
import { upProject, WATCHING_MS } from "../support/up-lab.ts";

const MAIN = `import { FileResource } from "clockwork/resources";
new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });
`;

const SLOW = `import { CommandResource } from "clockwork/resources";
import { FileExistsAssert } from "clockwork/assertions";
new CommandResource({
  name: "slow",
  apply: ["sh", "-c", "while ! test -e go; do sleep 0.1; done; touch slow.txt"],
  destroy: ["rm", "-f", "slow.txt"],
  assertions: [new FileExistsAssert({ path: "slow.txt" })],
});
`;

it(
  "clockwork up makes nothing when the address is taken that it is to be served at, and says what to do",
  async () => {
    await using project = upProject(MAIN);
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    for (const command of ["up", "serve"]) {
      const taken = await project.run(command, "--listen", `127.0.0.1:${String(port)}`);
      expect(taken).toMatchObject({ code: 3, stdout: "" });
      expect(taken.stderr).toContain(
        `cannot serve at 127.0.0.1:${String(port)}: somebody else listens there (listen-failed)`,
      );
      expect(taken.stderr).toContain("--listen");
    }
    other.close();
    expect(project.has("motd.txt")).toBe(false);
    expect(project.has(".clockwork")).toBe(false);
  },
  WATCHING_MS,
);

it(
  "clockwork up serves nobody else than this machine without TLS, and opens no port unless it is asked to",
  async () => {
    await using project = upProject(MAIN);
    const open = await project.run("up", "--listen", "0.0.0.0:0");
    expect(open).toMatchObject({ code: 78, stdout: "" });
    expect(open.stderr).toMatch(/^--listen: .*0\.0\.0\.0.*TLS[^]*insecure/u);
    expect(open.stderr).toContain("1 problem. Nothing is watched.");
    expect(project.has("motd.txt")).toBe(false);
    const up = project.up();
    await up.until(/\/motd unknown -> healthy/u);
    expect(up.text()).not.toContain("Serving");
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up lives, and is not ready, while it makes what is declared for the first time",
  async () => {
    await using project = upProject(SLOW);
    project.write("clockwork.yaml", "name: shop\n");
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/slow: creating/u);
    expect(await api.get("/api/live")).toMatchObject({ status: 200 });
    const starting = { status: 503, body: { status: "starting" } };
    expect(await api.get("/api/ready")).toMatchObject(starting);
    expect(await api.get("/api/status")).toMatchObject({ status: 200, body: { projects: 1 } });
    const apply = await api.post("/api/projects/shop/apply");
    expect(apply).toMatchObject({ status: 409, body: { code: "not-ready" } });
    const register = await api.post("/api/projects", { path: project.path });
    expect(register).toMatchObject({ status: 409, body: { code: "not-ready" } });
    project.write("go", "");
    await up.until(/\/slow unknown -> healthy/u);
    await until(async () => (await api.get("/api/ready")).status === 200, "it is ready");
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up answers what is under way when it is told to stop, ends event streams, and exits with 0",
  async () => {
    const waiting: (() => void)[] = [];
    let isHanging = false;
    await using service = await startService((_request, response) => {
      const answer = (): void => {
        response.writeHead(200).end();
      };
      if (isHanging) waiting.push(answer);
      else answer();
    });
    await using project = upProject(null);
    project.write("clockwork.yaml", "name: shop\n");
    project.write(
      "services.json",
      JSON.stringify([{ name: "web", url: service.url, timeout: 120 }]),
    );
    const up = project.up("--listen", "127.0.0.1:0", "--interval", "1h");
    const api = await apiOf(up);
    await up.until(/\/web unknown -> healthy/u);
    const stream = await api.open("/api/projects/shop/events", { accept: "text/event-stream" });
    expect(stream.headers["content-type"]).toContain("text/event-stream");
    const streamed = text(stream);
    isHanging = true;
    const checked = api.post("/api/projects/shop/resources/web/check");
    await until(() => waiting.length > 0, "it is looked at");
    up.signal("SIGTERM");
    // It has ended: the server is on its way down.
    expect(await streamed).toBeTypeOf("string");
    const isRefused = (): Promise<boolean> =>
      api.get("/api/live").then(
        () => false,
        () => true,
      );
    await until(isRefused, "nobody else is answered");
    for (const answer of waiting) answer();
    expect(await checked).toMatchObject({ status: 200, body: { health: "healthy" } });
    expect(await up.finished).toMatchObject({ code: 0 });
  },
  WATCHING_MS,
);

it(
  "clockwork up tells live what happens, from the event that was seen last",
  async () => {
    await using project = upProject(MAIN);
    project.write("clockwork.yaml", "name: shop\n");
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/\/motd unknown -> healthy/u);
    const stream = await api.open("/api/projects/shop/events", {
      accept: "text/event-stream",
      "last-event-id": "0",
    });
    let told = "";
    stream.setEncoding("utf8").on("data", (more: string) => (told += more));
    await until(() => told.includes("watching 1 resource"), "what was before is told");
    expect(await api.post("/api/projects/shop/resources/motd/holds/silence")).toMatchObject({
      status: 201,
    });
    await until(() => told.includes('"type":"held"'), "what happens is told");
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);

it(
  "clockwork up logs to a file what happens, and who asked for what",
  async () => {
    await using project = upProject(MAIN);
    project.write("clockwork.yaml", "name: shop\n");
    const up = project.up(
      "--listen",
      "127.0.0.1:0",
      "--log-file",
      "up.log",
      "--log-level",
      "debug",
    );
    const api = await apiOf(up);
    await up.until(/\/motd unknown -> healthy/u);
    await api.get("/api/status");
    await api.post("/api/projects/shop/resources/motd/holds/silence", { comment: "quiet" });
    expect(await up.stop()).toBe(0);
    const entries = project
      .read("up.log")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(entries).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: "info", message: `Serving ${api.url}` }),
        expect.objectContaining({ level: "debug", method: "GET", url: "/api/status", status: 200 }),
        expect.objectContaining({ level: "info", method: "POST", status: 201 }),
        expect.objectContaining({ project: "shop", resource: "motd", event: "held" }),
        expect.objectContaining({ project: "shop", event: "stopped" }),
      ]),
    );
    // From the first event on it is called what its clockwork.yaml says.
    expect(new Set(entries.flatMap(({ project: name }) => name ?? []))).toEqual(new Set(["shop"]));
    // Each thing once, and nothing of it on the terminal.
    expect(entries.filter(({ event }) => event === "held")).toHaveLength(1);
    expect(up.text()).not.toContain("/api/status");
  },
  WATCHING_MS,
);

it(
  "clockwork up interrupts a deploy that takes longer than it may when it is told to stop, and the next one mends that",
  async () => {
    await using project = upProject(SLOW);
    project.write("clockwork.yaml", "name: shop\nserver:\n  limits: { drainMs: 500 }\n");
    const up = project.up("--no-apply", "--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await until(async () => (await api.get("/api/ready")).status === 200, "it is ready");
    const applied = api.post("/api/projects/shop/apply").then(
      ({ status }) => status,
      () => null,
    );
    const versions = "/api/projects/shop/versions";
    await until(async () => (await api.get(versions)).text.includes("applying"), "it is made");
    expect(await up.stop()).toBe(0);
    expect(await applied).not.toBe(200);
    project.write("go", "");
    const second = project.up("--listen", "127.0.0.1:0");
    const other = await apiOf(second);
    await second.until(/\/slow unknown -> healthy/u);
    expect((await other.get(versions)).body).toMatchObject({
      versions: [{ number: 1, status: "interrupted", by: "local user" }],
    });
    expect(await second.stop()).toBe(0);
  },
  WATCHING_MS,
);
