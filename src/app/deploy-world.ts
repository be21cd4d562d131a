import { homedir } from "node:os";
import type { DeployWorld } from "../ports/deploy-world.ts";
import { once, openWorld, type WorldOptions } from "./world.ts";

/** The real world, as those see it who change it, and the end of what was opened in it. */
export type OpenDeployWorld = DeployWorld & AsyncDisposable;

/**
 * Opens the real world to change it: each part is loaded and made when it is first asked for, once.
 *
 * @param options - Where the project is, and how names are resolved.
 * @returns The world; to be disposed.
 */
export function openDeployWorld(options: WorldOptions): OpenDeployWorld {
  const { root, env = process.env } = options;
  const opened = new AsyncDisposableStack();
  const world = opened.use(openWorld(options));
  return {
    ...world,
    containerHost: once(async () => {
      const { containerHost } = await import("../adapters/docker/container-host.ts");
      return opened.use(
        containerHost({ clock: world.clock, env, commands: await world.commands() }),
      );
    }),
    disk: once(async () => {
      const { systemDisk } = await import("../adapters/system/disk.ts");
      return systemDisk();
    }),
    markBook: once(async () => {
      const [{ marksFolder }, { systemMarkBook }] = await Promise.all([
        import("../adapters/system/marks-folder.ts"),
        import("../adapters/system/mark-book.ts"),
      ]);
      const owner = { env, isRoot: process.geteuid?.() === 0, home: homedir() };
      return systemMarkBook({ folder: marksFolder(owner), clock: world.clock });
    }),
    processHost: once(async () => {
      const { systemProcessHost } = await import("../adapters/system/process-host.ts");
      return systemProcessHost({ clock: world.clock });
    }),
    supervisorControl: once(async () => {
      const { supervisorControl } = await import("../adapters/supervisor/control.ts");
      const { systemResolver } = await import("../adapters/network/system-resolver.ts");
      const { clock, secrets } = world;
      return supervisorControl({ env, secrets, resolver: systemResolver(), folder: root, clock });
    }),
    systemdControl: once(async () => {
      const { systemdControl } = await import("../adapters/systemd/control.ts");
      const unitFolder = env["CW_SYSTEMD_DIR"] ?? "/etc/systemd/system";
      return systemdControl({ env, clock: world.clock, unitFolder });
    }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
