import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, it } from "vitest";
import { secret } from "../../../src/model/secret.ts";
import { assertKind, HANGING, NO_ANSWER, shown, type Shown } from "../../support/assert-kind.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { pluginPath } from "../../support/nagios-plugins.ts";
import { hasPart } from "../../support/parts.ts";
import { rawServer, type RawServer } from "../../support/raw-server.ts";
import { closedPort } from "../../support/services.ts";

/** So long does nothing else sleep. */
const SLEEP_SECONDS = String(100_000 + process.pid);

const ENVIRONMENT = { env: { TOKEN: "s3cret-token" } };

let folder: TestFolder;
let leftovers: Leftovers;

beforeAll(() => {
  folder = testFolder();
  chmodSync(folder.write("not-executable", "#!/bin/sh\n"), 0o644);
  leftovers = watchLeftovers();
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await leftovers.expectNone();
});

function sh(script: string, options: object = {}, place: object = {}): Promise<Shown> {
  return shown("command", { command: ["sh", "-c", script], ...options }, place);
}

/** Processes anywhere with a word in their command line. */
function processesWith(word: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word);
    } catch {
      return false;
    }
  });
}

describe.concurrent("CommandAssert", () => {
  it("passes when a command ends as it should", async ({ expect }) => {
    expect(await sh("exit 0")).toEqual(["pass", "exit code 0", "exit code 0"]);
    const either = await sh("exit 3", { expectedReturnCode: [0, 3] });
    expect(either).toEqual(["pass", "exit code 0 or 3", "exit code 3"]);
    const read = await sh("cat", { input: "all is ready\n", stdoutMatches: /^all is ready$/m });
    expect(read[0]).toBe("pass");
  });
  it("fails when it ends otherwise, and shows what it printed", async ({ expect }) => {
    const command = ["sh", "-c", "echo out; echo no space >&2; exit 2"];
    const outcome = await assertKind("command", { command });
    expect(outcome).toMatchObject({
      verdict: "fail",
      expected: "exit code 0",
      actual: "exit code 2",
      details: "stderr:\nno space\nstdout:\nout",
    });
    expect(await sh("kill -KILL $$")).toEqual(["fail", "exit code 0", "ended by SIGKILL"]);
    const seen = await sh("echo starting", { stdoutContains: "ready" });
    expect(seen).toEqual(["fail", 'stdout with "ready"', 'stdout "starting"']);
  });
  it("gives a secret to the command, and to nobody else", async ({ expect }) => {
    const options = { env: { TOKEN: secret.env("TOKEN") }, stdoutContains: "none" };
    const outcome = await assertKind(
      "command",
      { command: ["sh", "-c", 'echo "token: $TOKEN"; echo "$TOKEN" >&2'], ...options },
      ENVIRONMENT,
    );
    expect(outcome).toMatchObject({ verdict: "fail", actual: 'stdout "token: ***"' });
    expect(JSON.stringify(outcome)).not.toContain("s3cret");
  });
  it("errs when there is no such program, or it may not be run", async ({ expect }) => {
    const missing = await shown("command", { command: ["cw-no-such-program"] });
    const nowhere = "cannot run cw-no-such-program: no such program is in PATH (ENOENT)";
    expect(missing).toEqual(["error", null, nowhere]);
    const options = { command: ["./not-executable"] };
    const forbidden = await shown("command", options, { root: folder.path });
    const may = "cannot run ./not-executable: it may not be executed (EACCES)";
    expect(forbidden).toEqual(["error", null, may]);
  });
  it("errs when a secret is missing", async ({ expect }) => {
    const seen = await sh("true", { env: { TOKEN: secret.env("TOKEN") } }, { env: {} });
    const actual = "a secret is needed from environment variable TOKEN: it is not set, or empty";
    expect(seen).toEqual(["error", null, actual]);
  });
  it("fails when the command hangs, and ends it with all that it has started", async ({
    expect,
  }) => {
    const script = `sleep ${SLEEP_SECONDS} & sleep ${SLEEP_SECONDS}; wait`;
    expect(await sh(script, {}, HANGING)).toEqual(["fail", null, NO_ANSWER]);
    await expect.poll(() => processesWith(SLEEP_SECONDS)).toEqual([]);
  });
});

describe.skipIf(!hasPart("nagios-plugins")).concurrent("NagiosPluginAssert", () => {
  let server: RawServer;
  beforeAll(async () => {
    server = await rawServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const kind = "nagios-plugin";
  const plugin = (name: string, ...args: readonly string[]): { command: string[] } => ({
    command: [pluginPath(name), ...args],
  });

  it.for([
    ["0", "pass", "OK: fine"],
    ["1", "fail", "WARNING: fine"],
    ["2", "fail", "CRITICAL: fine"],
    ["3", "error", "UNKNOWN: fine"],
  ] as const)(
    "takes state %s of check_dummy for %s",
    async ([state, verdict, actual], { expect }) => {
      const outcome = await assertKind(kind, plugin("check_dummy", state, "fine"));
      expect(outcome).toMatchObject({ verdict, expected: "OK", actual });
      expect(outcome.severity).toBe(state === "1" ? "warn" : "fail");
    },
  );
  it("passes with the performance data of check_tcp", async ({ expect }) => {
    const outcome = await assertKind(
      kind,
      plugin("check_tcp", "-H", "127.0.0.1", "-p", String(server.port)),
    );
    expect(outcome).toMatchObject({ verdict: "pass", expected: "OK" });
    expect(outcome.actual).toMatch(/^TCP OK - [\d.]+ second response time/u);
    expect(outcome.metrics).toMatchObject({ timeSeconds: expect.any(Number) as number });
  });
  it("passes with check_disk and check_procs", async ({ expect }) => {
    const disk = await assertKind(kind, plugin("check_disk", "-w", "0%", "-c", "0%", "-p", "/"));
    expect(disk).toMatchObject({ verdict: "pass", expected: "OK" });
    expect(disk.actual).toMatch(/^DISK OK/u);
    const procs = await assertKind(kind, plugin("check_procs", "-c", "1:"));
    expect(procs.actual).toMatch(/^PROCS OK: \d+ process/u);
    expect(procs.metrics["procs"]).toBeGreaterThan(0);
  });
  it("fails with check_tcp and check_http where nobody listens", async ({ expect }) => {
    const port = String(await closedPort());
    const tcp = await shown(kind, plugin("check_tcp", "-H", "127.0.0.1", "-p", port));
    expect(tcp).toEqual(["fail", "OK", expect.stringMatching(/^CRITICAL: .*refused/iu)]);
    const http = await shown(kind, plugin("check_http", "-H", "127.0.0.1", "-p", port));
    expect(http).toEqual(["fail", "OK", expect.stringMatching(/CRITICAL/u)]);
  });
  it("errs when the plugin is not installed, or dies", async ({ expect }) => {
    const missing = await shown(kind, { command: ["/nowhere/check_none"] });
    expect(missing).toEqual([
      "error",
      null,
      "cannot run /nowhere/check_none: it does not exist (ENOENT)",
    ]);
    const dead = await shown(kind, { command: ["sh", "-c", "kill -KILL $$"] });
    expect(dead).toEqual(["error", "OK", "ended by SIGKILL, which no plugin means"]);
  });
  it("errs when a secret of the plugin is missing", async ({ expect }) => {
    const options = { ...plugin("check_dummy", "0"), env: { PASSWORD: secret.env("PASSWORD") } };
    const seen = await shown(kind, options, { env: {} });
    expect(seen).toEqual(["error", null, expect.stringContaining("PASSWORD: it is not set")]);
  });
  it("gives up on a plugin whose target accepts and never speaks, and ends it", async ({
    expect,
  }) => {
    const options = plugin("check_http", "-H", "127.0.0.1", "-p", String(server.port), "-t", "60");
    expect(await shown(kind, options, HANGING)).toEqual(["fail", null, NO_ANSWER]);
    await expect.poll(() => processesWith(options.command[0] ?? "")).toEqual([]);
  });
});
