import type { ProbeModules } from "./probe-module.ts";

/** What is wrong with a module, where: `server.probe.modules.web.http.method`. */
export interface ModuleProblem {
  readonly property: string;
  readonly message: string;
  readonly hint: string | null;
}

/**
 * Reads modules, in blackbox_exporter's own form. The usual ones are there whatever is read; one of the same name takes their
 * place.
 *
 * @param value - What stands under `server.probe.modules`; undefined for nothing.
 * @param at - The path of that, for problems: `server.probe.modules`.
 * @returns Modules by name, and every problem.
 */
export function readProbeModules(
  value: unknown,
  at: string,
): { readonly modules: ProbeModules; readonly problems: readonly ModuleProblem[] } {
  void value;
  void at;
  throw new Error("not written yet");
}
