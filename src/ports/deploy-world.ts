import type { ContainerHost } from "./container-host.ts";
import type { Disk } from "./disk.ts";
import type { MarkBook } from "./mark-book.ts";
import type { ProcessHost } from "./process-host.ts";
import type { SupervisorControl } from "./supervisor-control.ts";
import type { SystemdControl } from "./systemd-control.ts";
import type { World } from "./world.ts";

/** Everything that may be looked at and changed. Each part is loaded when it is first asked for. */
export interface DeployWorld extends World {
  readonly containerHost: () => Promise<ContainerHost>;
  readonly disk: () => Promise<Disk>;
  readonly markBook: () => Promise<MarkBook>;
  readonly processHost: () => Promise<ProcessHost>;
  readonly supervisorControl: () => Promise<SupervisorControl>;
  readonly systemdControl: () => Promise<SystemdControl>;
}
