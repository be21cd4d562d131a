import { expect, it } from "vitest";
import { startService } from "../support/services.ts";
import { upProject, WATCHING_MS } from "../support/up-lab.ts";

/** Ends a process that loads what only a server needs. */
const GUARD = `import { registerHooks } from "node:module";
registerHooks({
  resolve: (name, context, next) => {
    if (!/^(?:fastify|@fastify\\/.*|zod|prom-client)$/.test(name)) return next(name, context);
    process.stderr.write("it loads " + name + "\\n");
    process.exit(99);
  },
});`;

const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(GUARD)}` };

const MAIN = `import { FileResource } from "clockwork/resources";
new FileResource({ name: "motd", path: "motd.txt", content: "hello\\n" });
`;

it(
  "no command loads what a server needs, unless it serves",
  async () => {
    await using service = await startService((_request, response) => {
      response.writeHead(200).end();
    });
    await using project = upProject(MAIN, { env });
    project.write("services.json", JSON.stringify([{ name: "web", url: service.url }]));
    const commands = [
      ["--version"],
      ["up", "--help"],
      ["serve", "--help"],
      ["check", "services.json"],
      ["plan"],
      ["apply", "--yes"],
      ["assert"],
      ["config"],
    ];
    for (const command of commands) {
      const { code, stderr } = await project.run(...command);
      expect([command.join(" "), stderr.includes("it loads"), code]).toEqual([
        command.join(" "),
        false,
        0,
      ]);
    }
    const up = project.up();
    await up.until(/\/motd unknown -> healthy/u);
    expect(await up.stop()).toBe(0);
    const serving = await project.run("up", "--listen", "127.0.0.1:0");
    expect(serving.code).toBe(99);
    expect(serving.stderr).toContain("it loads ");
  },
  WATCHING_MS,
);
