import { systemClock } from "../../adapters/system/clock.ts";
import { describeDiagnostic } from "../../model/diagnostic.ts";
import { openLog, type LogTerminal, type OpenLog } from "../log/log.ts";
import { serverLog } from "../log/server-log.ts";
import { loadSettings, type SettingFlags, type Settings } from "../settings/settings.ts";
import { sourceOf } from "../watching/source.ts";
import type { UpOptions } from "../watching/up.ts";
import type { ServingOptions } from "./serving-options.ts";

/** What the settings are asked for. */
export interface PrepareServingOptions extends Pick<ServingOptions, "isReloadedBySignal"> {
  /** A line for people; it is logged, too. It must not throw. */
  readonly onText: (text: string) => void;
  /** What is watched or served: the settings are in the folder of the first one. */
  readonly paths: readonly string[];
  /** What was typed, by flag. */
  readonly flags: SettingFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the log is shown, besides its file; null for nowhere. */
  readonly terminal: LogTerminal | null;
}

/** What the settings say. */
export interface PreparedServing {
  readonly serving: ServingOptions;
  /** Serves what is watched; null where nobody said where to. */
  readonly serveUp: UpOptions["serve"];
  readonly log: OpenLog;
}

/**
 * Reads from the settings how projects are served and what is logged. Nothing is served yet.
 *
 * @param options - Where the settings come from.
 * @returns How.
 * @throws {@link ConfigurationError} With everything that is wrong with the settings.
 */
export async function prepareServing(options: PrepareServingOptions): Promise<PreparedServing> {
  const { paths, flags, env, terminal, isReloadedBySignal } = options;
  const { root } = await sourceOf(paths[0]);
  const { settings, origins, warnings } = await loadSettings({ root, flags, env });
  const told = { terminal, clock: systemClock, onFailure: options.onText };
  const log = openLog({ settings: settings.log, ...told });
  const onText: ServingOptions["onText"] = (text, level = "info") => {
    options.onText(text);
    log.note(level, text);
  };
  for (const warning of warnings) onText(`warning: ${describeDiagnostic(warning)}`, "warn");
  const reload = async (): Promise<Settings> => {
    const { settings: next } = await loadSettings({ root, flags, env });
    log.change(next.log);
    return next;
  };
  const serving = { settings, reload, isReloadedBySignal, log: serverLog(log), onText };
  const isAskedFor = origins.get("server.listen")?.kind !== "default";
  return { serving, log, serveUp: isAskedFor ? servingUp(serving) : null };
}

function servingUp(serving: ServingOptions): NonNullable<UpOptions["serve"]> {
  return async (watches, folders) => {
    const { serveUp } = await import("./serve-up.ts");
    return await serveUp(watches, folders, serving);
  };
}
