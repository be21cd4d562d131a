import { dnsResolver } from "../../adapters/network/dns-resolver.ts";
import { ProbeTrust } from "../../adapters/network/probe-security.ts";
import { workGuard } from "../../adapters/system/work-guard.ts";
import { guardWorkWith } from "../../model/bounded-work.ts";
import type { Clock } from "../../ports/clock.ts";
import { once } from "../world.ts";
import { PatternSearch } from "./prober-pattern.ts";
import type { OpenTools } from "./prober-tools.ts";

/**
 * Opens what probes share.
 *
 * @param clock - What they go by.
 * @returns It, to be disposed.
 */
export function openProbeTools(clock: Clock): OpenTools {
  guardWorkWith(workGuard);
  const resolver = dnsResolver({ clock });
  return {
    clock,
    resolver,
    trust: new ProbeTrust(),
    search: new PatternSearch(clock),
    commands: once(async () => {
      const { systemCommands } = await import("../../adapters/system/commands.ts");
      return systemCommands({ cwd: "/" });
    }),
    [Symbol.asyncDispose]: async () => {
      await resolver[Symbol.asyncDispose]();
    },
  };
}
