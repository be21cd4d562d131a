import type { ProjectStatus, WatchControl } from "../../model/control.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { offlineControl, type OfflineOptions } from "./offline-control.ts";
import { recordedPolicy } from "./recorded-policy.ts";

/** What is known of a project that is about to be watched. */
export interface StartingOptions extends Pick<OfflineOptions, "project" | "folder" | "store"> {
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** What happens is told from the beginning. */
  readonly follow: WatchControl["follow"];
}

/**
 * Answers for a `clockwork up` that makes what is declared, before it watches: from what is stored. Nothing can be changed yet.
 *
 * @param options - Where it is stored.
 * @returns What can be asked.
 */
export function startingControl({ follow, ...known }: StartingOptions): WatchControl {
  const refuse = (): Promise<never> => Promise.reject(stillStarting());
  const offline = offlineControl({
    ...known,
    lock: { acquire: refuse },
    inProcess: refuse,
    command: "clockwork up",
    signal: new AbortController().signal,
    policyOf: recordedPolicy,
  });
  return {
    ...offline,
    status: async (): Promise<ProjectStatus> => ({
      ...(await offline.status()),
      pid: process.pid,
    }),
    explain: async (resource) => ({
      ...(await offline.explain(resource)),
      next: ["clockwork up is starting: it is looked at once what is declared is made"],
    }),
    follow,
  };
}

/**
 * Asks whoever is there when it is asked.
 *
 * @param now - Tells who that is.
 * @returns What can be asked, of one after the other.
 */
export function switchedControl(now: () => WatchControl): WatchControl {
  return {
    status: () => now().status(),
    explain: (resource) => now().explain(resource),
    checkNow: (resource) => now().checkNow(resource),
    repair: (resource, asked) => now().repair(resource, asked),
    hold: (request) => now().hold(request),
    release: (request) => now().release(request),
    acknowledge: (request) => now().acknowledge(request),
    follow: (wanted, onEvent) => now().follow(wanted, onEvent),
  };
}

/**
 * Says that something cannot be done yet.
 *
 * @returns The error.
 */
export function stillStarting(): DeployError {
  return new DeployError("clockwork up is still starting: it makes what is declared", {
    code: "not-ready",
    hint: "try again once that has ended; clockwork status tells",
  });
}
