import { join } from "node:path";
import { expect, it } from "vitest";
import { cli, start, startCli } from "../support/cli.ts";
import { hasPart } from "../support/parts.ts";
import { testFolder } from "../support/folder.ts";
import { startService } from "../support/services.ts";

/** `script` gives a program a terminal. */
const hasTerminal = hasPart("script", ["--version"]);

const ROOT = join(import.meta.dirname, "../..");
const QUICKSTART = join(ROOT, "examples/quickstart/start.ts");

it("clockwork up writes one line for each change, and stops with code 0 though a check hangs", async () => {
  using folder = testFolder();
  let status = 200;
  await using service = await startService((_request, response) => {
    response.writeHead(status).end();
  });
  await using hanging = await startService(() => undefined);
  folder.write(
    "services.json",
    JSON.stringify([
      { name: "api", url: service.url },
      { name: "hanging", url: hanging.url, timeout: 60 },
    ]),
  );
  const running = startCli(["up", folder.path, "--interval", "50ms"]);
  await running.until(/\/api unknown -> healthy in \d+ ms\n/u);
  status = 500;
  await running.until(/\/api failing 1 of 3: expected 200, got 500.*\n/u);
  await running.until(/\/api healthy -> unhealthy: expected 200, got 500.*\n/u);
  status = 200;
  await running.until(/\/api recovering 1 of 2 .*\n[\s\S]*\/api unhealthy -> healthy .*\n/u);

  running.child.kill("SIGTERM");
  const { code, stdout, stderr } = await running.finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  // Hundreds of checks, and not a line more than there were changes.
  const told = lines.filter((line) =>
    / \[(?:failure|resolved)\] clockwork-test-\w+: api /u.test(line),
  );
  const changes = lines.filter((line) => / clockwork-test-\w+\/api /u.test(line));
  expect({ told: told.length, changes: changes.length }).toEqual({ told: 2, changes: 5 });
  expect(lines).toHaveLength(7);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z /u);
});

it("clockwork up refuses what clockwork check refuses, and has nothing to do for an empty list", async () => {
  using folder = testFolder();
  const wrong = await cli(["up", folder.write("services.json", `[{ "name": 1 }]`)]);
  expect(wrong.code).toBe(78);
  expect(wrong.stderr).toMatch(/services\.json:1:\d+/u);
  const empty = await cli(["up", folder.write("empty.json", "[]")]);
  expect(empty).toMatchObject({ code: 0, stdout: "" });
  expect(empty.stderr).toContain("is an empty list");
});

it("the quickstart watches services of its own in a pipe until it is interrupted", async () => {
  const running = start(process.execPath, [QUICKSTART]);
  await running.until(/quickstart\/shop unknown -> healthy/u);
  await running.until(/quickstart\/payments failing 1 of 3: expected 200, got 500/u);
  await running.until(/quickstart\/mail failing 1 of 3: connection refused/u);
  await running.until(/quickstart\/reports failing 1 of 3: no answer within 1 s/u);
  await running.until(/quickstart\/payments unknown -> unhealthy/u);
  running.child.kill("SIGINT");
  expect(await running.finished).toMatchObject({ code: 0, stderr: "" });
});

it("the quickstart runs beside another one that has its ports", async () => {
  const first = start(process.execPath, [QUICKSTART]);
  await first.until(/shop unknown -> healthy/u);
  const second = start(process.execPath, [QUICKSTART]);
  await second.until(/quickstart\/shop unknown -> healthy/u);
  await second.until(/quickstart\/payments failing 1 of 3: expected 200, got 500/u);
  for (const { child, finished } of [first, second]) {
    child.kill("SIGTERM");
    expect((await finished).code).toBe(0);
  }
});

it("clockwork up stops when its reader has gone away", async () => {
  using folder = testFolder();
  let requests = 0;
  await using service = await startService((_request, response) => {
    requests += 1;
    // A change with each request, so that there is something to write.
    response.writeHead(requests % 2 === 0 ? 500 : 200).end();
  });
  folder.write("services.json", JSON.stringify([{ name: "api", url: service.url }]));
  const running = startCli(["up", folder.path, "--interval", "20ms"]);
  await running.until(/healthy/u);
  running.child.stdout.destroy();
  expect(await running.finished).toMatchObject({ code: 0, stderr: "" });
});

it.skipIf(!hasTerminal)(
  "the quickstart shows a live table on a terminal, and Ctrl-C stops it with code 0",
  async () => {
    const command = `stty cols 110 rows 24; trap "" INT; (trap - INT; exec ${process.execPath} ${QUICKSTART}); echo exit code $?`;
    const running = start("script", ["-qec", command, "/dev/null"], {
      env: { TERM: "xterm-256color", SHELL: "/bin/sh" },
      stdin: null,
    });
    await running.until(/✗ unhealthy[\s\S]*payments[\s\S]*expected 200, got 500/u);
    const text = running.stdout();
    running.child.stdin.write("\u0003");
    await running.until(/exit code 0/u);
    await running.finished;
    expect(text).toContain("RESOURCE");
    expect(text).toContain("Ctrl-C stops.");
    expect(text).toContain("\u001b[32m✓ healthy");
    expect(text).toMatch(/shop .*\d+ ms .*▪/u);
  },
);
