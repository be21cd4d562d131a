import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { runContainer } from "../support/containers.ts";
import { dockerEngine } from "../support/docker.ts";
import { testFolder } from "../support/folder.ts";
import { image } from "../support/images.ts";
import { startMariadb } from "../support/mariadb.ts";
import { pluginPath } from "../support/nagios-plugins.ts";
import { startCertificateZoo, startNginx } from "../support/nginx.ts";
import { hasPart } from "../support/parts.ts";
import { startPostgres } from "../support/postgres.ts";
import { findProgram } from "../support/programs.ts";
import { startRedis } from "../support/redis.ts";
import { startAnswering } from "../support/services.ts";
import { startSupervisord } from "../support/supervisord.ts";
import { exchange } from "../support/wire.ts";

const run = promisify(execFile);
const WITHIN = { timeout: 10_000, interval: 20 };

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

// What any of them leaves behind: nothing.
async function expectGone({ pid, port }: { pid: number; port: number }): Promise<void> {
  expect(isAlive(pid)).toBe(false);
  expect(await isOpen(port)).toBe(false);
}

describe.skipIf(!hasPart("redis"))("startRedis()", () => {
  it("starts a server that asks for its password", async () => {
    await using redis = await startRedis({ password: "open sesame" });
    expect(await exchange(redis, "PING\r\n", /\n/u)).toMatch(/^-NOAUTH/u);
    const login = 'AUTH "open sesame"\r\nPING\r\n';
    expect(await exchange(redis, login, /PONG/u)).toBe("+OK\r\n+PONG\r\n");
    await redis[Symbol.asyncDispose]();
    await expectGone(redis);
  });

  it("starts a server that ends with the process that started it", async () => {
    // It has no time to clean up.
    using folder = testFolder();
    const module = fileURLToPath(new URL("../support/redis.ts", import.meta.url));
    const script = `
      import { startRedis } from ${JSON.stringify(module)};
      const { pid, port } = await startRedis();
      console.log(JSON.stringify({ pid, port }));
      setInterval(() => undefined, 1_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      env: { ...process.env, TMPDIR: folder.path },
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { pid, port } = JSON.parse(line.toString()) as { pid: number; port: number };
    expect(await exchange({ port }, "PING\r\n", /\n/u)).toBe("+PONG\r\n");
    child.kill("SIGKILL");
    await vi.waitUntil(() => !isAlive(pid), WITHIN);
    await expectGone({ pid, port });
  });
});

it.skipIf(!hasPart("postgresql") || findProgram("psql") === null)(
  "startPostgres() starts a server that knows its user by password alone",
  async () => {
    await using postgres = await startPostgres();
    const select = ["--no-psqlrc", "--tuples-only", "--no-align", "--command", "SELECT 1"];
    const { stdout } = await run("psql", [postgres.url, ...select]);
    expect(stdout).toBe("1\n");
    const wrong = postgres.url.replace(/:[^:@]*@/u, ":wrong@");
    await expect(run("psql", [wrong, ...select])).rejects.toThrow(
      /password authentication failed/u,
    );
    await postgres[Symbol.asyncDispose]();
    await expectGone(postgres);
  },
);

it.skipIf(!hasPart("mariadb") || findProgram("mariadb") === null)(
  "startMariadb() starts a server that knows its user by password alone",
  async () => {
    await using mariadb = await startMariadb();
    const { host, port, user, password, database } = mariadb;
    const select = (given: string): Promise<{ stdout: string }> =>
      run("mariadb", [
        ...["--no-defaults", "--protocol=tcp", `--host=${host}`, `--port=${String(port)}`],
        ...[`--user=${user}`, `--password=${given}`, "--skip-column-names"],
        ...["--execute", "SELECT 1", database],
      ]);
    expect((await select(password)).stdout).toBe("1\n");
    await expect(select("wrong")).rejects.toThrow(/Access denied/u);
    await mariadb[Symbol.asyncDispose]();
    await expectGone(mariadb);
  },
);

describe.skipIf(!hasPart("supervisord"))("startSupervisord()", () => {
  const programs = "[program:sleeper]\ncommand=sleep 600\nstartsecs=0\n";

  it("starts a supervisor with programs, on a socket and over HTTP", async () => {
    const http = { username: "tester", password: "s3cret" };
    await using supervisord = await startSupervisord({ programs, http });
    const { serverUrl, httpUrl } = supervisord;
    const ctl = ["--configuration", `${supervisord.folder}/supervisord.conf`, "--serverurl"];
    await vi.waitFor(async () => {
      const { stdout } = await run("supervisorctl", [...ctl, serverUrl, "status", "sleeper"]);
      expect(stdout).toMatch(/^sleeper +RUNNING/u);
    }, WITHIN);
    const body = "<methodCall><methodName>supervisor.getState</methodName></methodCall>";
    const authorization = `Basic ${Buffer.from("tester:s3cret").toString("base64")}`;
    const headers = { "Content-Type": "text/xml" };
    const call = { method: "POST", body };
    const refused = await fetch(String(httpUrl), { ...call, headers });
    expect(refused.status).toBe(401);
    const answer = await fetch(String(httpUrl), {
      ...call,
      headers: { ...headers, authorization },
    });
    expect(await answer.text()).toContain("RUNNING");
    await supervisord[Symbol.asyncDispose]();
    await expectGone({ pid: supervisord.pid, port: Number(new URL(String(httpUrl)).port) });
    expect(existsSync(supervisord.folder)).toBe(false);
  });

  it("takes along the programs of a supervisor that was killed", async () => {
    await using supervisord = await startSupervisord({ programs });
    const pidOfSleeper = await vi.waitFor(async () => {
      const { stdout } = await run("pgrep", ["--parent", String(supervisord.pid), "sleep"]);
      return Number(stdout);
    }, WITHIN);
    process.kill(supervisord.pid, "SIGKILL");
    await vi.waitUntil(() => !isAlive(supervisord.pid), WITHIN);
    expect(isAlive(pidOfSleeper)).toBe(true);
    await supervisord.stop();
    await vi.waitUntil(() => !isAlive(pidOfSleeper), WITHIN);
  });
});

describe.skipIf(!hasPart("nginx"))("startNginx()", () => {
  it("starts a server over plain HTTP", async () => {
    await using nginx = await startNginx();
    const health = await fetch(`${nginx.url}/health`);
    expect([health.status, await health.text()]).toEqual([200, "ok\n"]);
    expect((await fetch(`${nginx.url}/none`)).status).toBe(404);
    await nginx[Symbol.asyncDispose]();
    await expectGone(nginx);
  });

  it.skipIf(!hasPart("openssl", ["version"]))("serves certificates with flaws", async () => {
    await using zoo = await startCertificateZoo();
    const { ca, tlsPorts } = zoo;
    const daysLeft = async (port: number): Promise<number> => {
      const socket = connectTls({ host: "127.0.0.1", port, ca });
      try {
        await once(socket, "secureConnect");
        const endMs = Date.parse(socket.getPeerCertificate().valid_to);
        return Math.round((endMs - Date.now()) / 86_400_000);
      } finally {
        socket.destroy();
      }
    };
    expect(await daysLeft(tlsPorts.valid)).toBe(90);
    expect(await daysLeft(tlsPorts.expiring)).toBe(5);
    const codes = { expired: "CERT_HAS_EXPIRED", wrongName: "ERR_TLS_CERT_ALTNAME_INVALID" };
    const flaws = { ...codes, untrusted: "DEPTH_ZERO_SELF_SIGNED_CERT" } as const;
    for (const [name, code] of Object.entries(flaws)) {
      await expect(daysLeft(tlsPorts[name as keyof typeof flaws]), name).rejects.toThrow(
        expect.objectContaining({ code }),
      );
    }
  });
});

it.skipIf(!hasPart("nagios-plugins"))("pluginPath() finds plugins that work", async () => {
  await using service = await startAnswering(200);
  const { stdout } = await run(pluginPath("check_tcp"), [
    ...["-H", "127.0.0.1", "-p", String(service.port)],
  ]);
  expect(stdout).toMatch(/^TCP OK/u);
});

describe.skipIf(!hasPart("docker"))("runContainer()", () => {
  it("runs a container that keeps its port when it is stopped and started", async () => {
    await using container = await runContainer({
      image: "busybox",
      command: ["httpd", "-f", "-p", "80", "-h", "/www"],
      ports: [80],
      env: { COLOR: "green" },
      healthcheck: { command: "wget -q -O /dev/null http://127.0.0.1/ && test $COLOR = green" },
    });
    const url = `http://127.0.0.1:${String(container.hostPort(80))}/`;
    await vi.waitFor(async () => {
      expect((await container.inspect()).State.Health?.Status).toBe("healthy");
    }, WITHIN);
    expect(await (await fetch(url)).text()).toBe("hello\n");
    await container.stop();
    expect((await container.inspect()).State.Status).toBe("exited");
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    await container.start();
    await vi.waitFor(async () => {
      expect((await fetch(url)).status).toBe(200);
    }, WITHIN);
    await container[Symbol.asyncDispose]();
    await expect(container.inspect()).rejects.toThrow(/No such container/iu);
  });

  it.skipIf(!hasPart("nginx"))("runs nginx", async () => {
    await using container = await runContainer({ image: "nginx", ports: [80] });
    const url = `http://127.0.0.1:${String(container.hostPort(80))}/health`;
    await vi.waitFor(async () => {
      expect(await (await fetch(url)).text()).toBe("ok\n");
    }, WITHIN);
  });

  it.skipIf(!hasPart("redis"))("runs Redis", async () => {
    await using container = await runContainer({ image: "redis", ports: [6379] });
    const port = container.hostPort(6379);
    await vi.waitFor(async () => {
      expect(await exchange({ port }, "PING\r\n", /\n/u)).toBe("+PONG\r\n");
    }, WITHIN);
  });

  it("makes the same image once", async () => {
    const engine = await dockerEngine();
    const first = await image(engine, "busybox");
    expect(first).toMatch(/^clockwork-test\/busybox:[0-9a-f]{16}$/u);
    expect(await image(engine, "busybox")).toBe(first);
  });
});
