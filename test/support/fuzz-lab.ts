import { Agent } from "node:http";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/adapters/system/clock.ts";
import type { DeployOutcome } from "../../src/model/deploy-event.ts";
import type { DeployPlan } from "../../src/model/deployment.ts";
import { ConfigurationError } from "../../src/model/diagnostic.ts";
import type { ServedDeploys } from "../../src/ports/served.ts";
import { servedOf, servedProject } from "./served-lab.ts";
import { serving, type ServingLab } from "./serving-lab.ts";
import { version } from "./state.ts";
import { until } from "./supervised.ts";
import { failing, look, policy, subject } from "./watch-lab.ts";

/** A server that may be asked anything. */
export interface FuzzLab extends ServingLab {
  /** Keeps a few connections to it. */
  readonly agent: Agent;
}

/** Two projects that are watched, quickly: one of their resources is down until it is repaired. */
export async function fuzzed(): Promise<FuzzLab> {
  const quick = policy({ intervalMs: 50, retryIntervalMs: 10, settleMs: 10 });
  let isDown = true;
  const subjects = [
    subject({ name: "web", policy: quick, look: () => Promise.resolve(look()) }),
    subject({ name: "job", policy: quick, look: () => Promise.resolve(look()) }),
    subject({
      name: "db",
      policy: quick,
      look: () => Promise.resolve(isDown ? failing() : look()),
      act: () => {
        isDown = false;
        return Promise.resolve("started");
      },
    }),
  ];
  const shop = await servedProject("shop", systemClock, { subjects, deploys: deploying() });
  await shop.store.commit([{ type: "put-version", version: version(1) }]);
  const mail = await servedProject("mail", systemClock, { subjects: [] });
  const refused = new ConfigurationError([
    {
      ...{ code: "file-missing", file: "/srv/other/main.ts", line: 1, column: 1 },
      ...{ property: null, message: "there is no such file", hint: null },
    },
  ]);
  const served = servedOf([shop, mail], systemClock, {
    registry: {
      register: (path) => (path.includes("e") ? Promise.reject(refused) : Promise.resolve(mail)),
      unregister: () => Promise.resolve(true),
    },
    prober: {
      probe: ({ module }) =>
        Promise.resolve(
          module === "http_2xx"
            ? { type: "metrics", text: "probe_success 1\n" }
            : { type: "no-module", message: "There is no such module." },
        ),
    },
  });
  const lab = await serving(served);
  const isOpen = async (): Promise<boolean> => (await shop.store.incidents()).length > 0;
  await until(isOpen, "what is down is noticed");
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  onTestFinished(() => {
    agent.destroy();
  });
  return { ...lab, agent };
}

/** Deploys that change nothing. */
function deploying(): ServedDeploys {
  const outcome: DeployOutcome = { status: "unchanged", version: 1, results: [] };
  const plan: DeployPlan = {
    ...{ format: 1, project: { id: null, name: "shop" }, purpose: "apply", serial: 1 },
    ...{ createdAt: 0, changes: [], hash: "abc", quarantinedBy: null, pinnedTo: null },
    ...{ files: {}, strays: [] },
  };
  return {
    plan: () => Promise.resolve(plan),
    apply: () => Promise.resolve(outcome),
    rollback: () => Promise.resolve(outcome),
  };
}
