import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { systemProcessHost } from "./process-host.ts";

it("systemProcessHost() says that it needs Linux", async () => {
  const host = systemProcessHost({ clock: systemClock, platform: "darwin" });
  const { signal } = new AbortController();
  const message = "processes are kept on Linux only: this machine runs darwin";
  await expect(host.find("/srv/shop", signal)).rejects.toThrow(message);
  const how = { stopSignal: "SIGTERM", graceMs: 0, signal };
  await expect(host.stop([], how)).rejects.toThrow(message);
});
