import { expect, it, vi } from "vitest";
import { identityAt } from "../../../src/adapters/system/hosted-processes.ts";
import { systemHints } from "../../../src/app/hints.ts";
import { openWorld } from "../../../src/app/world.ts";
import { testFolder } from "../../support/folder.ts";
import { heard, wanted } from "./heard.ts";

/** What keeps the process alive, but for what reads and writes files. */
function activeResources(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => !kind.startsWith("FS"));
}

it.skipIf(process.platform !== "linux")(
  "systemHints() leaves nothing behind, also where nobody answers, or it ends at once",
  async () => {
    using folder = testFolder();
    const env = {
      DOCKER_HOST: `unix://${folder.path}/no-engine.sock`,
      CONTAINER_HOST: `unix://${folder.path}/no-engine.sock`,
    };
    const targets = [
      wanted("docker", { container: { engine: "docker", name: "web" } }),
      wanted("podman", { container: { engine: "podman", name: "web" } }),
      wanted("apple", { container: { engine: "apple", name: "web" } }),
      wanted("file", { path: "a/b" }),
      wanted("process", { command: ["work"] }, { ...identityAt(process.pid) }),
      wanted("program", { program: "web" }),
      wanted("unit", { unit: "web.service" }),
      wanted("nothing", {}),
    ];
    const before = activeResources();
    await using world = openWorld({ root: folder.path, env });
    const serverUrl = `unix://${folder.path}/no-supervisor.sock`;
    const supervisorOf = (): { serverUrl: string; username: null; password: null } => ({
      ...{ serverUrl, username: null, password: null },
    });
    const source = systemHints({ root: folder.path, env, world, supervisorOf });
    const { hints, onHint } = heard();
    await source.watch(targets, onHint)[Symbol.asyncDispose]();
    source.watch(targets, onHint);
    const watching = source.watch([], onHint);
    watching.update(targets);
    await vi.waitFor(() => {
      expect(activeResources().length).toBeGreaterThan(before.length);
    });
    await source[Symbol.asyncDispose]();
    watching.update(targets);
    await vi.waitFor(() => {
      expect(activeResources().length).toBeLessThanOrEqual(before.length);
    });
    expect(hints).toEqual([]);
  },
);
