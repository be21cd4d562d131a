import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertKind, HANGING, NO_ANSWER, shown } from "../../support/assert-kind.ts";
import { runContainer, type Container } from "../../support/containers.ts";
import { dockerEngine } from "../../support/docker.ts";
import { testFolder, type TestFolder } from "../../support/folder.ts";
import { watchLeftovers, type Leftovers } from "../../support/leftovers.ts";
import { hasPart } from "../../support/parts.ts";
import { needProgram } from "../../support/programs.ts";
import { rawServer } from "../../support/raw-server.ts";
import { withoutPrograms, withStandIn } from "../../support/stand-in-program.ts";

let leftovers: Leftovers;
let folder: TestFolder;
beforeAll(() => {
  leftovers = watchLeftovers();
  folder = testFolder();
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await leftovers.expectNone();
});

// The kernel lists its ports at once: there is nothing to hang, and on Linux nothing to err.
describe.skipIf(process.platform !== "linux")("NoOpenPortsAssert", () => {
  const kind = "no-open-ports";
  /** What else listens on this machine is nobody's business. */
  const others = async (): Promise<readonly (string | number)[]> => {
    const { details, actual } = await assertKind(kind, { includeLoopback: true });
    const open = details ?? actual;
    return [...open.matchAll(/(?:tcp|udp)\/\d+/gu)].map(([port]) => port);
  };

  it("passes when nobody listens but on the ports named, and fails for one more", async () => {
    const exceptPorts = await others();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const datagrams = socket.address().port;
    const more = [...exceptPorts, `tcp/${String(port)}`, `udp/${String(datagrams)}`];
    // Others may have begun to listen, or ended, on this machine meanwhile.
    const passed = await assertKind(kind, { exceptPorts: more, includeLoopback: true });
    const failed = await assertKind(kind, { exceptPorts, includeLoopback: true });
    const without = await assertKind(kind, { exceptPorts, protocol: "udp" });
    server.close();
    socket.close();
    await Promise.all([once(server, "close"), once(socket, "close")]);
    expect(passed.actual).not.toMatch(new RegExp(`/(?:${String(port)}|${String(datagrams)}) `));
    const tcp = `tcp/${String(port)} on 127.0.0.1`;
    const udp = `udp/${String(datagrams)} on 127.0.0.1`;
    expect(failed.verdict).toBe("fail");
    expect(failed.actual).toContain("open: ");
    expect(failed.details ?? failed.actual).toContain(tcp);
    expect(failed.details ?? failed.actual).toContain(udp);
    expect(without.details ?? without.actual).not.toContain(udp);
  });
});

describe("SecretsPresentAssert", () => {
  const kind = "secrets-present";
  const envVars = ["API_TOKEN", "DB_PASSWORD"];
  const secrets = { API_TOKEN: "s3cret-token", DB_PASSWORD: "s3cret-password" };

  it("looks into our own environment", async () => {
    const passed = await shown(kind, { envVars }, { env: secrets });
    expect(passed).toEqual(["pass", "all set", "all set"]);
    const failed = await shown(kind, { envVars }, { env: { API_TOKEN: "x", DB_PASSWORD: "" } });
    expect(failed).toEqual(["fail", "all set", "missing or empty: DB_PASSWORD"]);
  });

  describe.skipIf(process.platform !== "linux")("in a process", () => {
    const command = [needProgram("sleep"), String(200_000 + process.pid)] as const;
    let child: ChildProcess;
    beforeAll(async () => {
      child = spawn(command[0], [command[1]], { stdio: "ignore", env: secrets });
      await once(child, "spawn");
    });
    afterAll(async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    });

    it("passes, also while it hangs, and fails for what is missing or gone", async () => {
      const target = { command };
      const passed = ["pass", "all set", "all set"];
      expect(await shown(kind, { envVars }, { target })).toEqual(passed);
      child.kill("SIGSTOP");
      expect(await shown(kind, { envVars }, { target })).toEqual(passed);
      const missing = await shown(kind, { envVars: ["API_KEY"] }, { target });
      expect(missing).toEqual(["fail", "set", "missing or empty: API_KEY"]);
      const gone = { command: [command[0], "0"] };
      const none = await shown(kind, { envVars }, { target: gone });
      expect(none).toEqual(["fail", "all set", "no such process"]);
    });
  });

  describe.skipIf(!hasPart("docker"))("in a container", () => {
    let env: Record<string, string>;
    let container: Container;
    beforeAll(async () => {
      const { host } = await dockerEngine();
      env = { DOCKER_HOST: host };
      container = await runContainer({ image: "busybox", env: secrets });
    });
    afterAll(async () => {
      await container.remove();
    });

    it("passes, fails, errs without an engine and when it hangs, and shows no secret", async () => {
      const target = { container: { engine: "docker", name: container.name } } as const;
      const outcome = await assertKind(kind, { envVars }, { env, target });
      expect(outcome).toMatchObject({ verdict: "pass", expected: "all set", actual: "all set" });
      expect(JSON.stringify(outcome)).not.toContain("s3cret");
      const missing = await shown(kind, { envVars: ["API_KEY", "API_TOKEN"] }, { env, target });
      expect(missing).toEqual(["fail", "all set", "missing or empty: API_KEY"]);
      const nobody = { container: { engine: "docker", name: "cw-no-such-container" } } as const;
      const none = await shown(kind, { envVars }, { env, target: nobody });
      expect(none).toEqual(["fail", "all set", "no such container"]);
      const nowhere = { DOCKER_HOST: "unix:///nonexistent" };
      const engineless = await shown(kind, { envVars }, { env: nowhere, target });
      expect(engineless).toEqual([
        "error",
        null,
        expect.stringMatching(/^no docker engine answers/u),
      ]);
      await using silent = await rawServer();
      const hanging = { DOCKER_HOST: `tcp://127.0.0.1:${String(silent.port)}` };
      const waited = await shown(kind, { envVars }, { env: hanging, target, ...HANGING });
      expect(waited).toEqual(["error", null, NO_ANSWER]);
      await silent.allClosed();
    });
  });
});

/** A report as scanners write it. */
function sarif(findings: Readonly<Record<string, string>>): string {
  const rules = Object.entries(findings).map(([id, score]) => ({
    id,
    properties: { "security-severity": score },
  }));
  const results = Object.keys(findings).map((ruleId) => ({ ruleId, message: { text: "bad" } }));
  const run = { tool: { driver: { name: "stand-in", rules } }, results };
  return JSON.stringify({ version: "2.1.0", runs: [run] });
}

// Scanners are large and download what they know, so that stand-ins take their names; one after the other, as there is one PATH.
describe("VulnerabilityScanAssert", () => {
  const kind = "vulnerability-scan";
  const target = { image: "shop:1.2" };

  const found = sarif({ "CVE-2024-1": "5.0", "CVE-2024-2": "9.8" });

  it("asks trivy about the image of its resource, and passes or fails by what is tolerated", async () => {
    const asked = `${folder.path}/asked`;
    const script = `echo "$@" > ${asked}\ncat <<'END'\n${found}\nEND`;
    await withStandIn("trivy", script, async () => {
      const passed = await shown(kind, { maxSeverity: "critical" }, { target });
      expect(passed).toEqual(["pass", "nothing above critical", "1 critical, 1 medium"]);
      const ignored = await shown(kind, { ignore: ["CVE-2024-2"] }, { target });
      expect(ignored).toEqual(["pass", "nothing above medium", "1 medium"]);
      expect(await assertKind(kind, {}, { target })).toMatchObject({
        verdict: "fail",
        expected: "nothing above medium",
        actual: "1 critical: CVE-2024-2",
        metrics: { findingCount: 2, intolerableCount: 1 },
      });
    });
    expect(readFileSync(asked, "utf8")).toMatch(/^image .* shop:1\.2$/mu);
  });
  it("asks grype when told to", async () => {
    await withStandIn("grype", `cat <<'END'\n${sarif({})}\nEND`, async () => {
      const seen = await shown(kind, { scanner: "grype" }, { target });
      expect(seen).toEqual(["pass", "nothing above medium", "none found"]);
    });
  });
  it("reads a report instead", async () => {
    folder.write("report.sarif", found);
    const place = { root: folder.path };
    const seen = await shown(kind, { report: "report.sarif" }, place);
    expect(seen).toEqual(["fail", "nothing above medium", "1 critical: CVE-2024-2"]);
    const none = await shown(kind, { report: "none.sarif" }, place);
    expect(none).toEqual(["error", null, "the report none.sarif is not there"]);
    folder.write("text.sarif", "all is well");
    const text = await shown(kind, { report: "text.sarif" }, place);
    expect(text).toEqual(["error", null, expect.stringContaining("is no report in SARIF")]);
  });
  it("errs when the scanner is not installed, or fails, or says something else", async () => {
    await withoutPrograms(async () => {
      const install = "install trivy, or name the report of another scanner with report";
      const missing = `cannot run trivy: no such program is in PATH (ENOENT); ${install}`;
      expect(await shown(kind, {}, { target })).toEqual(["error", null, missing]);
    });
    await withStandIn("trivy", "echo 'FATAL no such image' >&2; exit 1", async () => {
      const failed = "trivy failed (exit 1): FATAL no such image";
      expect(await shown(kind, {}, { target })).toEqual(["error", null, failed]);
    });
    await withStandIn("trivy", "echo all is well", async () => {
      const text: unknown = expect.stringContaining(
        "the output of trivy is no report in SARIF",
      ) as unknown;
      expect(await shown(kind, {}, { target })).toEqual(["error", null, text]);
    });
  });
  it("errs when the scanner hangs, and ends it: that says nothing of the image", async () => {
    await withStandIn("trivy", "sleep 1000 & sleep 1000", async () => {
      const seen = await shown(kind, {}, { target, ...HANGING });
      expect(seen).toEqual(["error", null, NO_ANSWER]);
    });
  });
});
