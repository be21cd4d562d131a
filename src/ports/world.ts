import type { Clock } from "./clock.ts";
import type { Commands } from "./commands.ts";
import type { Containers } from "./containers.ts";
import type { Databases } from "./databases.ts";
import type { Files } from "./files.ts";
import type { Functions } from "./functions.ts";
import type { Heartbeats } from "./heartbeats.ts";
import type { HttpClient } from "./http.ts";
import type { Machine } from "./machine.ts";
import type { Names } from "./names.ts";
import type { Processes } from "./processes.ts";
import type { Secrets } from "./secrets.ts";
import type { Sockets } from "./sockets.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Systemd } from "./systemd.ts";

/**
 * Everything that an assertion may look at. Each part is loaded when it is first asked for, so that nobody waits for what
 * nobody uses.
 */
export interface World {
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly files: () => Promise<Files>;
  readonly http: () => Promise<HttpClient>;
  readonly sockets: () => Promise<Sockets>;
  readonly names: () => Promise<Names>;
  readonly commands: () => Promise<Commands>;
  readonly processes: () => Promise<Processes>;
  readonly machine: () => Promise<Machine>;
  readonly containers: () => Promise<Containers>;
  readonly supervisor: () => Promise<Supervisor>;
  readonly systemd: () => Promise<Systemd>;
  readonly databases: () => Promise<Databases>;
  readonly functions: () => Promise<Functions>;
  readonly heartbeats: () => Promise<Heartbeats>;
}
