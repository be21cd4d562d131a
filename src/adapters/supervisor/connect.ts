import type { Resolver } from "../../ports/resolver.ts";
import type { Secrets } from "../../ports/secrets.ts";
import type { SupervisorAddress } from "../../ports/supervisor.ts";
import { supervisorClient, type SupervisorClient, type SupervisorCredentials } from "./client.ts";
import { configuredServer, type ConfiguredServer } from "./configuration.ts";
import { parseServerUrl } from "./server-url.ts";

/** What is needed to ask supervisord. */
export interface SupervisorOptions {
  /** The environment: supervisord's configuration may refer to it, and `PATH` tells where it is installed. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: Secrets;
  /** Looks up the host of an `http://` URL; not disposed along. */
  readonly resolver: Resolver;
  /** The folder in which supervisord's configuration is looked for first; where this process is by default. */
  readonly folder?: string;
}

/**
 * Finds the supervisord at an address.
 *
 * @param address - Which one.
 * @param options - Environment, secrets and resolver.
 * @returns A client that has asked nothing yet.
 * @throws {@link ObservationError} When it is not known where it listens, or a secret is missing.
 */
export async function clientFor(
  address: SupervisorAddress,
  options: SupervisorOptions,
): Promise<SupervisorClient> {
  const { endpoint, credentials } = await serverAt(address, options);
  return supervisorClient({ endpoint, credentials, resolver: options.resolver });
}

async function serverAt(
  address: SupervisorAddress,
  options: SupervisorOptions,
): Promise<ConfiguredServer> {
  const { env, folder = process.cwd() } = options;
  const given = await credentialsOf(address, options);
  if (address.serverUrl !== null) {
    return { endpoint: parseServerUrl(address.serverUrl), credentials: given };
  }
  const { endpoint, credentials } = await configuredServer({ env, folder });
  return { endpoint, credentials: given ?? credentials };
}

async function credentialsOf(
  { username, password }: SupervisorAddress,
  { secrets }: SupervisorOptions,
): Promise<SupervisorCredentials | null> {
  if (username === null && password === null) return null;
  const given = password ?? "";
  const resolved = typeof given === "string" ? given : await secrets.resolve(given);
  return { username: username ?? "", password: resolved };
}
