import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { readTable } from "../../../src/adapters/system/kernel-table.ts";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import { createGate } from "../../../src/server/access/create-gate.ts";
import { DEFAULT_ACCESS, type AccessSettings } from "../../../src/server/access/settings.ts";
import { startServer } from "../../../src/server/create-server.ts";
import { officeClock, servedOf } from "../../support/served-lab.ts";
import { eventProject } from "../../support/serving-lab.ts";

const run = promisify(execFile);

/** Of `nobody`, on every system that we know. */
const NOBODY_UID = 65_534;

/** Asks from a process of its own: prints the statuses of a GET and of a DELETE. */
const CLIENT = `
const { request } = require("node:http");
const [, url, family] = process.argv;
const ask = (method, path) => new Promise((resolve, reject) => {
  const asked = request(url + path, { method, family: Number(family) }, (response) => {
    response.resume().on("end", () => resolve(response.statusCode));
  });
  asked.on("error", reject).end();
});
ask("GET", "/api/events").then(async (status) => {
  console.log(status, await ask("DELETE", "/api/projects/no"));
});
`;

async function serving(host: string, settings: Partial<AccessSettings> = {}): Promise<string> {
  const gate = createGate({
    readTable,
    settings: { ...DEFAULT_ACCESS, ...settings },
    trust: null,
    clock: systemClock,
  });
  const running = await startServer({
    ...{ served: servedOf([eventProject("shop")], officeClock()), clock: systemClock, gate },
    ...{ basePath: "", listening: { host, port: 0, tls: null }, limits: { drainMs: 100 } },
    log: { onAnswer: () => undefined, onError: () => undefined },
  });
  onTestFinished(async () => {
    await running[Symbol.asyncDispose]();
    gate[Symbol.dispose]();
  });
  return running.url;
}

async function askAs(uid: number | undefined, url: string): Promise<string> {
  const options = uid === undefined ? {} : { uid };
  const { stdout } = await run(process.execPath, ["-e", CLIENT, url, "0"], {
    ...options,
    cwd: "/",
  });
  return stdout.trim();
}

describe("who asks on the same machine, without TLS", () => {
  it.each(["127.0.0.1", "::1"])("may do everything over %s, when they run it", async (host) => {
    // The server only reads: it was asked by somebody who may.
    expect(await askAs(undefined, await serving(host))).toMatch(/^200 4(?!0[13])\d\d$/u);
  });

  // Only root may be somebody else.
  const isRoot = process.platform === "linux" && process.getuid?.() === 0;

  it.runIf(isRoot)("may do nothing when they are somebody else", async () => {
    expect(await askAs(NOBODY_UID, await serving("127.0.0.1"))).toBe("403 403");
    expect(await askAs(NOBODY_UID, await serving("::1"))).toBe("403 403");
  });

  it.runIf(isRoot)("may read when the settings say so of others", async () => {
    const url = await serving("127.0.0.1", { otherUsers: "reader" });
    expect(await askAs(NOBODY_UID, url)).toBe("200 403");
  });

  it("is known also where a socket for IPv6 takes IPv4", async () => {
    const url = (await serving("::")).replace("[::]", "127.0.0.1");
    expect(await askAs(undefined, url)).toMatch(/^200 4(?!0[13])\d\d$/u);
    if (isRoot) expect(await askAs(NOBODY_UID, url)).toBe("403 403");
  });

  it.runIf(isRoot)("is known also through a socket of the other kind", async () => {
    const url = (await serving("127.0.0.1")).replace("127.0.0.1", "[::ffff:127.0.0.1]");
    expect(await askAs(NOBODY_UID, url)).toBe("403 403");
  });
});
