import { createHash } from "node:crypto";
import { StateError } from "../../src/model/deploy-errors.ts";
import type { DeployedResource, JournalStep, Version } from "../../src/model/deployment.ts";
import type { StateChange } from "../../src/ports/store.ts";

/** A UUID of a project. */
const PROJECT = "01234567-89ab-4def-8123-456789abcdef";
const HASH = "a".repeat(64);

/** Gives the SHA-256 of bytes, in hexadecimal. */
export const sha256Of = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

/** A resource as it is recorded. */
export function deployed(name: string, image = "nginx:alpine"): DeployedResource {
  return {
    spec: {
      name,
      kind: "docker",
      parameters: { image, ports: ["8080:80"] },
      resolved: {},
      policy: { interval: 30 } as never,
      assertions: [],
      dependsOn: [{ resource: "db", condition: "healthy" }],
      claims: [`container:docker:${name}`],
      specHash: HASH,
    },
    marks: {
      project: PROJECT,
      resource: name,
      instance: "0123456789abcdef",
      generation: 1,
      specHash: HASH,
      version: 1,
    },
    physical: { id: "3f2a9c", "ü\u2028\0": "👍" },
    isAdopted: false,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_001,
    destroyAt: null,
  };
}

/** A step of the journal. */
export function step(id: number, state: JournalStep["state"] = "intent", version = 1): JournalStep {
  const { spec, marks } = deployed("web");
  return {
    id,
    run: 1,
    version,
    resource: "web",
    action: "create",
    state,
    wanted: spec,
    marks,
    recorded: null,
    captured: null,
    startedAt: 1,
    endedAt: null,
    problem: null,
  };
}

/** A version. */
export function version(
  number: number,
  status: Version["status"] = "deployed",
  hash = HASH,
): Version {
  return {
    number,
    purpose: "apply",
    status,
    hash,
    resources: [deployed("web").spec],
    changes: [
      { resource: "web", kind: "docker", action: "create", reason: "is not there", fields: [] },
    ],
    results: [
      {
        resource: "web",
        action: "create",
        outcome: "done",
        durationMs: 5,
        problems: [],
        verdicts: [],
      },
    ],
    startedAt: 1,
    endedAt: 2,
    by: "root@host",
    of: null,
    files: { "main.ts": HASH },
  };
}

/** Records a resource. */
export const put = (name: string, image?: string): StateChange => ({
  type: "put-resource",
  name,
  resource: deployed(name, image),
});

/** Waits for what must fail, and gives how it did. */
export async function stateFailureOf(task: Promise<unknown>): Promise<StateError> {
  const error: unknown = await task.catch((thrown: unknown) => thrown);
  if (error instanceof StateError) return error;
  throw new Error("it must fail with a StateError", { cause: error });
}
