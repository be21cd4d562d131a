import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDeployWorld, type OpenDeployWorld } from "../../../src/app/deploy-world.ts";
import { DeployError } from "../../../src/model/deploy-errors.ts";
import { ObservationError } from "../../../src/model/errors.ts";
import { act, errorOf, until } from "../../support/acting.ts";
import { testFolder } from "../../support/folder.ts";
import { freePort } from "../../support/ports.ts";

interface Place extends AsyncDisposable {
  readonly world: OpenDeployWorld;
  readonly path: string;
  readonly write: (name: string, content: string) => string;
}

function place(): Place {
  const { path, write, ...folder } = testFolder();
  const world = openDeployWorld({ root: path, env: { TOKEN: "Bearer hunter2-hunter2" } });
  return {
    ...{ world, path, write },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

it("a command runs in its folder with its environment, and ends as it should", async () => {
  await using here = place();
  const { world, path } = here;
  const script = "pwd > where; printf '%s' \"$COLOUR $TOKEN\" > given; exit 3";
  const said = await act(
    "run-command",
    {
      command: ["sh", "-c", script],
      environment: { COLOUR: "red", TOKEN: { secretEnv: "TOKEN" } },
      expectedReturnCode: [0, 3],
    },
    { world },
  );
  expect(said).toMatch(/^sh -c .* exited with 3$/u);
  expect(readFileSync(join(path, "where"), "utf8").trim()).toBe(path);
  expect(readFileSync(join(path, "given"), "utf8")).toBe("red Bearer hunter2-hunter2");
  mkdirSync(join(path, "inner"));
  await act("run-command", { command: ["touch", "here"], workingDir: "inner" }, { world });
  expect(existsSync(join(path, "inner", "here"))).toBe(true);
});

it("a command that fails tells what it said, without secrets; one that cannot be run is no failure of its own", async () => {
  await using here = place();
  const { world } = here;
  const failed = await errorOf(
    act(
      "run-command",
      {
        command: ["sh", "-c", 'echo "no way with $TOKEN" >&2; exit 4'],
        environment: { TOKEN: { secretEnv: "TOKEN" } },
      },
      { world },
    ),
  );
  expect(failed).toBeInstanceOf(DeployError);
  expect(failed.message).toMatch(/exited with 4$/u);
  expect(failed).toMatchObject({ hint: "stderr:\nno way with ***" });
  expect(JSON.stringify(failed)).not.toContain("hunter2");
  const killed = act("run-command", { command: ["sh", "-c", "kill -9 $$"] }, { world });
  expect((await errorOf(killed)).message).toContain("was ended by SIGKILL");
  const missing = act("run-command", { command: ["there-is-no-such-program"] }, { world });
  expect(await errorOf(missing)).toBeInstanceOf(ObservationError);
});

it("a command that takes too long is killed, with what it has started", async () => {
  await using here = place();
  const { world, path } = here;
  const script = "sleep 86400 & echo $! > child; wait";
  const late = act("run-command", { command: ["sh", "-c", script], timeout: "2s" }, { world });
  expect((await errorOf(late)).message).toContain("took longer than 2 s");
  const child = readFileSync(join(path, "child"), "utf8").trim();
  await until(() => !isAlive(Number(child)));
  const controller = new AbortController();
  const stopped = act(
    "run-command",
    { command: ["sleep", "86400"] },
    { world, signal: controller.signal },
  );
  controller.abort(new Error("enough"));
  expect((await errorOf(stopped)).message).toBe("enough");
});

interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly got: { readonly request: IncomingMessage; readonly body: string }[];
}

async function hook(status: number, answer: string, location = ""): Promise<Hook> {
  const got: Hook["got"] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      got.push({ request, body });
      response.writeHead(status, location === "" ? {} : { Location: location }).end(answer);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/hooks/s3cret-path?key=s3cret-key`,
    got,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

it("a webhook gets JSON and secrets, and is answered", async () => {
  await using here = place();
  await using server = await hook(204, "");
  const { world } = here;
  const options = {
    url: server.url,
    headers: { Authorization: { secretEnv: "TOKEN" }, "X-From": "here" },
    body: { service: "api", list: [1, null] },
  };
  expect(await act("call-webhook", options, { world })).toMatch(
    /^POST to 127\.0\.0\.1:\d+ was answered with 204 No Content$/u,
  );
  const [{ request, body } = expect.fail()] = server.got;
  expect(request.method).toBe("POST");
  expect(request.headers).toMatchObject({
    authorization: "Bearer hunter2-hunter2",
    "content-type": "application/json",
    "x-from": "here",
  });
  expect(JSON.parse(body)).toEqual(options.body);
  const text = { url: server.url, method: "PUT", body: "plain", expectedStatusCode: [200, 204] };
  await act("call-webhook", text, { world });
  expect(server.got[1]).toMatchObject({ body: "plain", request: { method: "PUT" } });
  await act("call-webhook", { url: server.url, method: "GET" }, { world });
  expect(server.got[2]?.request.headers["content-type"]).toBeUndefined();
});

it("a webhook that answers with another status tells which, and shows no secret", async () => {
  await using here = place();
  const echo = "Bearer hunter2-hunter2, or hunter2-hunter2, at /hooks/s3cret-path";
  await using server = await hook(500, echo);
  const { world } = here;
  const headers = { Authorization: { secretEnv: "TOKEN" } };
  const failed = await errorOf(act("call-webhook", { url: server.url, headers }, { world }));
  expect(failed).toBeInstanceOf(DeployError);
  expect(failed.message).toMatch(/must be answered with 2xx: got 500 Internal Server Error$/u);
  expect(failed).toMatchObject({ hint: "it answered: ***, or ***, at ***" });
  expect(`${failed.message} ${JSON.stringify(failed)}`).not.toMatch(/hunter2|s3cret/u);
});

it("a webhook is not sent on, and one that does not answer is told", async () => {
  await using here = place();
  await using other = await hook(200, "");
  await using server = await hook(302, "", other.url);
  const { world } = here;
  const moved = await errorOf(act("call-webhook", { url: server.url }, { world }));
  expect(moved.message).toContain("got 302 Found");
  expect(other.got).toEqual([]);
  const closed = `http://127.0.0.1:${String(await freePort())}/`;
  const refused = await errorOf(act("call-webhook", { url: closed }, { world }));
  expect(refused).toBeInstanceOf(DeployError);
  expect(refused.message).toContain("connection refused");
  here.write("address", `${server.url}\n`);
  const hidden = { url: { secretFile: "address" }, expectedStatusCode: "3xx" };
  const said = await act("call-webhook", hidden, { world });
  expect(said).toContain("was answered with 302 Found");
  expect(said).not.toContain("s3cret");
  here.write("address", "no address hunter2");
  const wrong = await errorOf(act("call-webhook", hidden, { world }));
  expect(wrong.message).toBe("file address must hold an absolute URL with http: or https:");
});

interface Listening extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly heard: () => string;
}

// A process that writes down each signal that it gets.
async function listening(path: string, name = process.execPath): Promise<Listening> {
  const file = join(path, `heard-${String(Math.random())}`);
  const script = `const fs = require("fs"); for (const name of ["SIGHUP", "SIGUSR2"]) process.on(name, () => fs.appendFileSync(${JSON.stringify(file)}, name + " ")); fs.appendFileSync(${JSON.stringify(file)}, "ready "); setInterval(() => 0, 1e6);`;
  const child = spawn(process.execPath, ["-e", script, path], { argv0: name, stdio: "ignore" });
  const exited = once(child, "exit");
  const heard = (): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
  await until(() => heard() === "ready ");
  return {
    ...{ child, heard, pid: child.pid ?? 0 },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${String(pid)}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

it("a signal is sent to a pid, to that in a pid file, or to a process by its name or that of its resource", async () => {
  await using here = place();
  const { world, path, write } = here;
  const name = `cw-${String(process.pid)}-listening`;
  await using process1 = await listening(path, `/opt/${name}`);
  const { pid, child } = process1;
  expect(await act("send-signal", { signal: "SIGHUP", pid }, { world })).toBe(
    `SIGHUP sent to process ${String(pid)}`,
  );
  await until(() => process1.heard() === "ready SIGHUP ");
  write("web.pid", `${String(pid)}\n`);
  await act("send-signal", { signal: "usr2", pidFile: "web.pid" }, { world });
  await until(() => process1.heard() === "ready SIGHUP SIGUSR2 ");
  await act("send-signal", { signal: "HUP", processName: name }, { world });
  await until(() => process1.heard() === "ready SIGHUP SIGUSR2 SIGHUP ");
  const command = child.spawnargs;
  await act("send-signal", { signal: "SIGUSR2" }, { world, target: { command } });
  await until(() => process1.heard() === "ready SIGHUP SIGUSR2 SIGHUP SIGUSR2 ");
  await act("send-signal", { signal: "SIGKILL", processName: name }, { world });
  await until(() => !isAlive(pid));
});

it("no signal is sent to what is not there, to pid 1, or to ourselves", async () => {
  await using here = place();
  const { world, write } = here;
  const send = async (options: object, target = {}): Promise<string> => {
    const sent = act("send-signal", { signal: "SIGCONT", ...options }, { world, target });
    return (await errorOf(sent)).message;
  };
  expect(await send({ pid: process.pid })).toContain("is Clockwork itself");
  expect(await send({ pid: 4_194_303 })).toBe("process 4194303 does not run");
  for (const pid of [0, 1, -1]) expect(await send({ pid })).toContain("integer from 2");
  expect(await send({ pid: 2, pidFile: "a" })).toContain("takes only one of");
  expect(await send({ signal: "SIGNONE", pid: 2 })).toContain("must be one of SIGHUP");
  for (const text of ["1\n", "0", "-5", "", "hunter2"]) {
    write("web.pid", text);
    const message = await send({ pidFile: "web.pid" });
    expect(message).toMatch(/^web\.pid must hold a pid of 2 or more on its first line/u);
    expect(message).not.toContain("hunter2");
  }
  expect(await send({ pidFile: "none.pid" })).toContain("there is no pid file none.pid");
  expect(await send({ processName: "cw-nobody-is-called" })).toContain("none runs");
  expect(await send({})).toContain("needs pidFile, pid or processName");
});

it("a zombie gets no signal: it has ended already", async () => {
  await using here = place();
  const { world, path } = here;
  const parent = spawn("sh", ["-c", "sleep 0 & echo $! > child; exec sleep 86400"], {
    cwd: path,
    stdio: "ignore",
  });
  const exited = once(parent, "exit");
  try {
    const child = (): number =>
      existsSync(join(path, "child")) ? Number(readFileSync(join(path, "child"), "utf8")) : 0;
    await until(() => child() > 0 && existsSync(`/proc/${String(child())}`) && !isAlive(child()));
    const sent = act("send-signal", { signal: "SIGHUP", pid: child() }, { world });
    expect((await errorOf(sent)).message).toBe(`process ${String(child())} does not run`);
  } finally {
    parent.kill("SIGKILL");
    await exited;
  }
});

it.each(["reconcile", "restart", "recreate", "revert"])(
  "%s does what its resource's way of being deployed says, and needs such a way",
  async (name) => {
    await using here = place();
    const { world } = here;
    const done = (verb: string) => (): Promise<string> => Promise.resolve(`did ${verb}`);
    const remaking = {
      reconcile: done("reconcile"),
      restart: done("restart"),
      recreate: done("recreate"),
      revert: done("revert"),
    };
    expect(await act(name, {}, { world, remaking })).toBe(`did ${name}`);
    const without = await errorOf(act(name, {}, { world }));
    expect(without).toBeInstanceOf(DeployError);
    expect(without.message).toBe(`${name} needs something that we deployed: web is only watched`);
  },
);
