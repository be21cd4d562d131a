import { assertions } from "../catalog/assertions.ts";

/**
 * Loads what most projects will look at the world with, while another process loads the project and this one has nothing
 * else to do.
 */
export function preloadForChecks(): void {
  const parts = [
    // In the built package, one kind brings them all.
    assertions["file-exists"](),
    import("../adapters/system/files.ts"),
    import("../adapters/system/commands.ts"),
    import("../adapters/network/sockets.ts"),
    import("../adapters/network/dns-resolver.ts"),
  ];
  // Whoever needs one of them will hear of what is wrong with it.
  for (const part of parts) part.catch(() => undefined);
}
