import { systemClock } from "../../adapters/system/clock.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { Prober } from "../../ports/served.ts";
import { IDENTITY_FILE } from "../project/identity-text.ts";
import type { Settings } from "../settings/settings.ts";
import { createProber } from "./prober.ts";
import { readProbeModules } from "./probe-modules.ts";

/**
 * Opens what probes targets, where the settings allow any.
 *
 * @param settings - The settings of the moment.
 * @param parts - What it ends with.
 * @returns The prober; null where nothing may be probed.
 * @throws {@link ConfigurationError} With everything that is wrong with the modules.
 */
export function openProber(settings: () => Settings, parts: AsyncDisposableStack): Prober | null {
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
  if (probe.targets.length === 0) return null;
  const targets = (): readonly string[] => settings().server.probe.targets;
  return parts.use(createProber({ targets, modules, clock: systemClock }));
}
