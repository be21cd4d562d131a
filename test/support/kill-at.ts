/**
 * Loaded into a command before it starts: kills it at a point of a deploy, as nobody can prepare for. `CW_TEST_KILL_AT` is such
 * as `after-intent web`.
 */
import { subscribe } from "node:diagnostics_channel";

const [wantedPoint, wantedResource] = (process.env["CW_TEST_KILL_AT"] ?? "").split(" ");

subscribe("clockwork:deploy", (message) => {
  const { point, resource } = message as { readonly point: string; readonly resource: string };
  if (point === wantedPoint && resource === wantedResource) process.kill(process.pid, "SIGKILL");
});
