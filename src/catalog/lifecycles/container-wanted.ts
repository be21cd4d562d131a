import { ObservationError } from "../../model/errors.ts";
import { redactor, type Redact } from "../../model/redactor.ts";
import type { WantedContainer } from "./container-differences.ts";
import { mountsOf, nameOfContainer, policyOf, type ContainerPlace } from "./container-options.ts";

/** How a container should be, and what must not be shown of it. */
export interface Wanted extends WantedContainer {
  /** Why a secret is not to be had, by the name of its variable. */
  readonly missing: ReadonlyMap<string, string>;
  readonly redact: Redact;
}

/**
 * Says how a container should be, with its secrets.
 *
 * @param place - The container.
 * @returns How it should be. A secret that is not to be had is told, and is no error yet.
 */
export async function wantedOf({ subject, world, scope }: ContainerPlace): Promise<Wanted> {
  const { parameters, resource } = subject;
  const environment: Record<string, string | null> = {};
  const secrets: string[] = [];
  const secretNames = new Set<string>();
  const missing = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters.envVars)) {
    environment[name] = null;
    if (typeof value === "string") {
      environment[name] = value;
      continue;
    }
    secretNames.add(name);
    try {
      const secret = await world.secrets.resolve(value);
      environment[name] = secret;
      secrets.push(secret);
    } catch (error) {
      if (!(error instanceof ObservationError)) throw error;
      missing.set(name, error.message);
    }
  }
  return {
    name: nameOfContainer(parameters, resource),
    parameters,
    mounts: mountsOf(parameters, scope.root),
    policy: policyOf(parameters),
    environment,
    secretNames,
    missing,
    redact: redactor(secrets),
  };
}
