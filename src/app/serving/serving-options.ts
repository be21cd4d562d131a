import type { ServerLog } from "../../server/create-server.ts";
import type { LogLevel } from "../log/log-level.ts";
import type { Settings } from "../settings/settings.ts";

/** How projects are served over HTTP. */
export interface ServingOptions {
  /** What holds at the beginning. */
  readonly settings: Settings;
  /**
   * Loads the settings anew, when all files are.
   *
   * @throws {@link ConfigurationError} With everything that is wrong; those that were loaded before go on.
   */
  readonly reload: () => Promise<Settings>;
  /** Whether SIGHUP loads settings and certificates anew; otherwise it means nothing here. */
  readonly isReloadedBySignal: boolean;
  /** Told of every answer, and of bugs. */
  readonly log: ServerLog;
  /**
   * A line for people: where it is served, and what goes wrong with serving itself. It matters at the level `info` unless
   * another one is named. It must not throw.
   */
  readonly onText: (text: string, level?: LogLevel) => void;
}
