import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { BIN, cli, start, startCli } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";
import { closedPort, startAnswering, startService } from "../support/services.ts";

const SAMPLE = join(import.meta.dirname, "../../examples/services.json");

interface Document {
  readonly results: readonly {
    readonly serviceName: string;
    readonly isHealthy: boolean;
    readonly responseTimeMs: number | null;
    readonly statusCode: number | null;
    readonly error: string | null;
    readonly attempts?: number;
    readonly verdict?: string;
  }[];
  readonly summary: Readonly<Record<string, number>>;
}

/** Signal 1, in the masks of `/proc/PID/status`: of those that the program listens to, Node takes only the others itself. */
const SIGHUP_BIT = 1n;

// Waits until a program listens to a signal: before, it is ended by it, and how long it takes to start nobody knows.
async function catches(pid: number | undefined, bit: bigint): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
    const caught = /^SigCgt:\s*([\da-f]+)$/mu.exec(status)?.[1] ?? "0";
    if ((BigInt(`0x${caught}`) & bit) !== 0n) return;
    await sleep(20);
  }
  expect.fail("it never listened");
}

describe("clockwork check", () => {
  it("reports real services: one healthy, one with a wrong status, one slow, one refusing", async () => {
    using folder = testFolder();
    await using healthy = await startAnswering(200);
    await using broken = await startAnswering(500);
    await using slow = await startService(() => undefined);
    const refused = await closedPort();
    folder.write(
      "services.json",
      JSON.stringify([
        { name: "healthy", url: healthy.url },
        { name: "broken", url: broken.url },
        { name: "slow", url: slow.url, timeout: 0.3 },
        { name: "refusing", url: `http://127.0.0.1:${String(refused)}/` },
      ]),
    );
    const { code, stdout, stderr } = await cli(["check"], { cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^✗ broken +Expected 200, got 500 +\d+ ms +http:\/\/127\.0\.0\.1/u);
    expect(lines[1]).toMatch(/^✗ slow +http:/u);
    expect(lines[2]).toMatch(/^ +timed out after 0\.3 seconds/u);
    expect(lines[3]).toMatch(/^✗ refusing +http:/u);
    expect(lines[4]).toMatch(/^ +unreachable: connection refused .*ECONNREFUSED/u);
    expect(stdout).toMatch(/^✓ healthy +200 +\d+ ms/mu);
    expect(stdout).toMatch(/✗ 3 of 4 failed +in \d/u);
    expect(readdirSync(folder.path)).toEqual(["services.json"]);
  });

  it("exits with 0 when all is well, and writes JSON in the order of the file", async () => {
    using folder = testFolder();
    await using slow = await startService((_request, response) => {
      setTimeout(() => response.end(), 100);
    });
    await using quick = await startAnswering(204);
    const file = folder.write(
      "mine.json",
      JSON.stringify([
        { name: "slow", url: slow.url },
        { name: "quick", url: quick.url, expected_status: 204, timeout: "2s" },
      ]),
    );
    const { code, stdout } = await cli(["check", file, "--format", "json"]);
    expect(code).toBe(0);
    const { results, summary } = JSON.parse(stdout) as Document;
    expect(results.map(({ serviceName, statusCode }) => [serviceName, statusCode])).toEqual([
      ["slow", 200],
      ["quick", 204],
    ]);
    expect(results[0]).toMatchObject({ isHealthy: true, error: null });
    expect(results[0]?.responseTimeMs).toBeGreaterThan(90);
    expect(summary).toMatchObject({ total: 2, passed: 2, failed: 0, errors: 0 });
  });

  it("reads standard input for -, and simulates the sample without a network", async () => {
    const stdin = readFileSync(SAMPLE, "utf8");
    const { code, stdout } = await cli(["check", "-", "--simulate", "--format", "json"], { stdin });
    expect(code).toBe(1);
    const { results } = JSON.parse(stdout) as Document;
    expect(results.map(({ isHealthy, statusCode }) => [isHealthy, statusCode])).toEqual([
      [true, 200],
      [true, 200],
      [false, 500],
      [false, null],
      [false, null],
    ]);
  });

  it("tries again with --retries when no answer comes, and not for a wrong status", async () => {
    using folder = testFolder();
    let requests = 0;
    await using flaky = await startService((request, response) => {
      requests += 1;
      if (requests < 3) request.socket.destroy();
      else response.end();
    });
    await using wrong = await startAnswering(500);
    const file = folder.write(
      "services.json",
      JSON.stringify([
        { name: "flaky", url: flaky.url },
        { name: "wrong", url: wrong.url },
      ]),
    );
    const args = ["check", file, "--retries", "2", "--retry-delay", "10ms", "--format", "json"];
    const { results } = JSON.parse((await cli(args)).stdout) as Document;
    expect(results[0]).toMatchObject({ isHealthy: true, attempts: 3 });
    expect(results[1]).toMatchObject({ isHealthy: false, statusCode: 500 });
    expect(wrong.requests()).toBe(1);
  });

  it("cuts the run off at --deadline: what is not done is an error, exit code 3", async () => {
    using folder = testFolder();
    await using quick = await startAnswering(200);
    await using hanging = await startService(() => undefined);
    const file = folder.write(
      "services.json",
      JSON.stringify([
        { name: "quick", url: quick.url },
        { name: "hanging", url: hanging.url, timeout: 60 },
      ]),
    );
    const { code, stdout, stderr } = await cli(["check", file, "--deadline", "400ms"]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^! hanging +aborted/mu);
    expect(stderr).toBe("The deadline passed: 1 of 2 services were checked.\n");
  });

  it("overrides every timeout with --timeout", async () => {
    using folder = testFolder();
    await using hanging = await startService(() => undefined);
    const services = [{ name: "hanging", url: hanging.url, timeout: 60 }];
    const file = folder.write("services.json", JSON.stringify(services));
    const { code, stdout } = await cli(["check", file, "--timeout", "100ms"]);
    expect(code).toBe(1);
    expect(stdout).toContain("timed out after 0.1 seconds");
  });

  it("stops at an interrupt with 130, and reports what it found by then", async () => {
    using folder = testFolder();
    const { promise: asked, resolve } = Promise.withResolvers<undefined>();
    await using hanging = await startService(() => {
      resolve(undefined);
    });
    await using quick = await startAnswering(200);
    const services = [
      { name: "quick", url: quick.url },
      { name: "hanging", url: hanging.url, timeout: 60 },
    ];
    const running = startCli(["check", folder.write("services.json", JSON.stringify(services))]);
    await asked;
    while (quick.requests() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^! hanging +aborted[^]*^✓ quick +200/mu);
    expect(stderr).toBe("Interrupted: 1 of 2 services were checked.\n");
  });

  it.each([
    ["SIGTERM", [], 130, "Interrupted: nothing was checked.\n"],
    [null, ["--deadline", "300ms"], 3, "The deadline passed: nothing was checked.\n"],
  ] as const)("ends though standard input does not, by %s %j", async (signal, args, code, said) => {
    const running = startCli(["check", "-", ...args], { stdin: null });
    running.child.stdin.write("[");
    if (signal !== null) {
      await catches(running.child.pid, SIGHUP_BIT);
      running.child.kill(signal);
    }
    expect(await running.finished).toEqual({ code, stdout: "", stderr: said });
  });

  it.each(["60d", "1.5ms"])("takes a --deadline of %s, as any duration", async (deadline) => {
    const { code, stderr } = await cli(["check", "-", "--deadline", deadline], { stdin: "[]" });
    expect([0, 3]).toContain(code);
    expect(stderr).not.toMatch(/bug|Warning/u);
  });

  it("writes the report to --output whole, and says when it cannot", async () => {
    using folder = testFolder();
    const report = join(folder.path, "report.xml");
    const args = [
      "check",
      SAMPLE,
      "--simulate",
      "--timeout",
      "1s",
      "--format",
      "junit",
      "--output",
    ];
    const { code, stdout } = await cli([...args, report]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const xml = new XMLParser({ ignoreAttributes: false }).parse(readFileSync(report)) as {
      testsuites: Record<string, unknown>;
    };
    expect(xml.testsuites).toMatchObject({ "@_tests": "5", "@_failures": "3" });
    expect(readdirSync(folder.path)).toEqual(["report.xml"]);

    const missing = await cli([...args, join(folder.path, "no-such-folder", "report.xml")]);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toMatch(/could not be written to .*report\.xml.*\(output-failed\)/u);
  });

  it("does not write the report over the file that is checked", async () => {
    using folder = testFolder();
    const text = `[{ "name": "a", "url": "http://a/" }]`;
    const file = folder.write("services.json", text);
    const { code, stderr } = await cli(["check", file, "--simulate", "--output", file]);
    expect(code).toBe(78);
    expect(stderr).toContain("which would be lost");
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("exits with 3 when standard output takes nothing, and says so", async () => {
    const command = `exec ${process.execPath} ${BIN} check - --simulate > /dev/full`;
    const stdin = `[{ "name": "a", "url": "http://a/" }]`;
    const { code, stderr } = await start("/bin/sh", ["-c", command], { stdin }).finished;
    expect(code).toBe(3);
    expect(stderr).toMatch(/^the output could not be written: .*\(output-failed\)\n$/u);
  });

  it("says where it was when something fails after a redirect", async () => {
    using folder = testFolder();
    const gone = String(await closedPort());
    await using moved = await startService((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${gone}/x?token=secret` }).end();
    });
    const file = folder.write("s.json", JSON.stringify([{ name: "moved", url: moved.url }]));
    const { stdout } = await cli(["check", file]);
    expect(stdout).toContain(`after a redirect to http://127.0.0.1:${gone}/x: connection refused`);
    expect(stdout).not.toContain("secret");
  });

  it("speaks to Nagios in its own exit codes, also about a file that is wrong", async () => {
    using folder = testFolder();
    await using broken = await startAnswering(500);
    const services = [{ name: "broken", url: broken.url }];
    const file = folder.write("services.json", JSON.stringify(services));
    const critical = await cli(["check", file, "--format", "nagios"]);
    expect(critical.code).toBe(2);
    expect(critical.stdout).toMatch(/^CRITICAL - 1 of 1 failed: broken .*\| 'broken'=/u);
    const unknown = await cli(["check", folder.write("bad.json", "[{}]"), "--format", "nagios"]);
    expect(unknown.code).toBe(3);
    expect(unknown.stdout).toMatch(/^UNKNOWN - .*bad\.json/u);
  });

  it("shows every problem of a file with its place, checks nothing, and exits with 78", async () => {
    using folder = testFolder();
    await using service = await startAnswering(200);
    const file = folder.write(
      "services.json",
      `[\n  { "name": "fine", "url": "${service.url}" },\n  { "name": "fine", "url": "ftp://x/" },\n  { "nam": "typo", "url": "http://x/", "timeout": 0 }\n]\n`,
    );
    const { code, stdout, stderr } = await cli(["check", file]);
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    expect(stderr).toMatch(/services\.json:3:\d+.*name-duplicate/u);
    expect(stderr).toMatch(/services\.json:3:\d+.*url-unsupported/u);
    expect(stderr).toMatch(/services\.json:4:\d+.*field-unknown/u);
    expect(stderr).toContain("did you mean `name`?");
    expect(stderr).toMatch(/services\.json:4:\d+.*timeout.*field-range/u);
    expect(stderr).toMatch(/5 problems; nothing was checked\.\n$/u);
    expect(service.requests()).toBe(0);
  });

  it("says that an empty list is fine", async () => {
    const { code, stdout } = await cli(["check", "-"], { stdin: "[]" });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Nothing to check: the list is empty.\n" });
  });

  it("names the file that is missing, and how to make one", async () => {
    using folder = testFolder();
    const { code, stderr } = await cli(["check"], { cwd: folder.path });
    expect(code).toBe(78);
    expect(stderr).toMatch(/services\.json.*file-missing/u);
    expect(stderr).toContain("hint:");
  });

  it.each(["NO_COLOR", "FORCE_COLOR"])("respects %s", async (name) => {
    const { stdout } = await cli(["check", "-", "--simulate"], {
      stdin: `[{ "name": "a", "url": "http://a/unhealthy" }]`,
      env: { [name]: "1" },
    });
    expect(stdout.includes("\u001b[")).toBe(name === "FORCE_COLOR");
  });

  it("takes a reader that goes away early for no error", async () => {
    const running = startCli(["check", SAMPLE, "--simulate", "--timeout", "1s"]);
    running.child.stdout.destroy();
    const { code, stderr } = await running.finished;
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });
});
