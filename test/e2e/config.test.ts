import { expect, it } from "vitest";
import { cli } from "../support/cli.ts";
import { testFolder } from "../support/folder.ts";

const FILE = `name: shop
server:
  base_path: /monitor # for the page
  probe:
    targets: ["https://ann:s3cret@shop.example/"]
  roles:
    - { role: admin, organizational_unit: Ops }
`;

it("clockwork config shows every setting, and where it comes from", async () => {
  using folder = testFolder();
  folder.write("clockwork.yaml", FILE);
  const { code, stdout, stderr } = await cli(["config", "--log-file", "a.log"], {
    cwd: folder.path,
    env: { CW_LISTEN: "127.0.0.1:7000", CW_LISTN: "1" },
  });
  const rows = new Map(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/u))
      .map(([key = "", ...rest]) => [key, rest] as const),
  );
  expect(code).toBe(0);
  expect(rows.get("SETTING")).toEqual(["VALUE", "FROM"]);
  expect(rows.get("server.listen")).toEqual(["127.0.0.1:7000", "CW_LISTEN"]);
  expect(rows.get("server.basePath")).toEqual(["/monitor", "clockwork.yaml:3"]);
  expect(rows.get("server.roles[0]")).toEqual([
    "role: admin, organizationalUnit: Ops",
    "clockwork.yaml:6",
  ]);
  expect(rows.get("server.probe.targets")).toEqual([
    "https://***@shop.example/",
    "clockwork.yaml:5",
  ]);
  expect(rows.get("log.file")?.[1]).toBe("--log-file");
  expect(rows.get("log.level")).toEqual(["info", "default"]);
  expect(stderr).toBe(
    "warning: CW_LISTN: is not a variable that Clockwork knows, and sets nothing (field-unknown)\n  hint: did you mean CW_LISTEN?\n",
  );
});

it("clockwork config writes the same for programs, of another folder, and no secret", async () => {
  using folder = testFolder();
  folder.write("clockwork.yaml", FILE);
  const { code, stdout } = await cli(["config", "--project", folder.path, "--format", "json"]);
  expect(code).toBe(0);
  expect(stdout).not.toContain("s3cret");
  expect(JSON.parse(stdout)).toMatchObject({
    settings: { server: { listen: "127.0.0.1:5000", basePath: "/monitor" } },
    origins: {
      "server.basePath": { kind: "file", file: "clockwork.yaml", line: 3 },
      "log.level": { kind: "default" },
    },
    warnings: [],
  });
});

it("clockwork config tells everything that is wrong, and writes nothing else", async () => {
  using folder = testFolder();
  folder.write("clockwork.yaml", "server:\n  lisen: a\nlog:\n  level: loud\n");
  const { code, stdout, stderr } = await cli(["config", "--listen", "0.0.0.0:1"], {
    cwd: folder.path,
  });
  expect([code, stdout]).toEqual([78, ""]);
  expect(stderr).toMatch(
    /^clockwork\.yaml:2:3 server\.lisen: is not a setting .*\n {2}hint: did you mean listen\?$/mu,
  );
  expect(stderr).toMatch(/^clockwork\.yaml:4:3 log\.level: must be one of "debug"/mu);
  expect(stderr).toMatch(/^2 problems\. These settings would be refused\.$/mu);
});

it("clockwork config loads neither the server nor what describes its API, and YAML where there is some", async () => {
  using folder = testFolder();
  const hook = folder.write(
    "hook.mjs",
    `import { registerHooks } from "node:module";
registerHooks({ resolve: (name, context, next) => {
  if (/^(?:fastify|zod|prom-client|yaml)/.test(name)) process.stderr.write(name + "\\n");
  return next(name, context);
} });`,
  );
  const options = { cwd: folder.path, env: { NODE_OPTIONS: `--import ${hook}` } };
  expect(await cli(["config"], options)).toMatchObject({ code: 0, stderr: "" });
  folder.write("clockwork.yaml", FILE);
  const { stderr } = await cli(["config"], options);
  expect(new Set(stderr.trim().split("\n"))).toEqual(new Set(["yaml"]));
});
