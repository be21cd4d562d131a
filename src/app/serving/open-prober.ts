import { systemClock } from "../../adapters/system/clock.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { Prober } from "../../ports/served.ts";
import { IDENTITY_FILE } from "../project/identity-text.ts";
import type { Settings } from "../settings/settings.ts";
import { createProber } from "./prober.ts";
import { readProbeModules } from "./probe-modules.ts";

/** There may be 100,000 of them, and as many probes: what is watched is gathered this often at most. */
const FRESH_MS = 1_000;

/**
 * Opens what probes targets: those of the settings, and the URLs that are watched.
 *
 * @param settings - The settings of the moment.
 * @param watched - Gathers the URLs that are watched.
 * @param parts - What it ends with.
 * @returns The prober.
 * @throws {@link ConfigurationError} With everything that is wrong with the modules.
 */
export function openProber(
  settings: () => Settings,
  watched: () => readonly string[],
  parts: AsyncDisposableStack,
): Prober {
  const { probe } = settings().server;
  const { modules, problems } = readProbeModules(probe.modules, "server.probe.modules");
  if (problems.length > 0) {
    const place = {
      code: "option-invalid",
      file: IDENTITY_FILE,
      line: null,
      column: null,
    } as const;
    throw new ConfigurationError(problems.map((problem) => ({ ...place, ...problem })));
  }
  let freshUntilMs = -Infinity;
  let known: readonly string[] = [];
  const targets = (): readonly string[] => {
    const nowMs = systemClock.elapsedMs();
    if (nowMs < freshUntilMs) return known;
    known = [...settings().server.probe.targets, ...watched()];
    freshUntilMs = systemClock.elapsedMs() + FRESH_MS;
    return known;
  };
  return parts.use(createProber({ targets, modules, clock: systemClock }));
}
