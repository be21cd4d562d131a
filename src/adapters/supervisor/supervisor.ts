import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { canonicalJson } from "../../model/json.ts";
import type { Resolver } from "../../ports/resolver.ts";
import type { Secrets } from "../../ports/secrets.ts";
import type { ProgramInfo, Supervisor, SupervisorAddress } from "../../ports/supervisor.ts";
import { SharedWork } from "../network/shared-work.ts";
import { supervisorClient, type SupervisorCredentials } from "./client.ts";
import { configuredServer, type ConfiguredServer } from "./configuration.ts";
import { programsOf } from "./program-info.ts";
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
 * Asks supervisord over its XML-RPC, in which looks made at the same moment share one listing.
 *
 * @param options - Environment, secrets and resolver.
 * @returns A supervisor that has asked nothing yet.
 */
export function supervisor(options: SupervisorOptions): Supervisor {
  return new XmlRpcSupervisor(options);
}

class XmlRpcSupervisor implements Supervisor {
  readonly #options: SupervisorOptions;
  readonly #listings = new SharedWork<readonly ProgramInfo[]>();
  #isClosed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  readonly programs = async (
    address: SupervisorAddress,
    signal: AbortSignal,
  ): Promise<readonly ProgramInfo[]> => {
    if (signal.aborted) throw abortReason(signal);
    if (this.#isClosed) throw new ObservationError("supervisord is not asked any more: closed");
    const { serverUrl, username, password } = address;
    const key = canonicalJson({ serverUrl, username, password });
    return await this.#listings.join(key, signal, (stop) => this.#list(address, stop));
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#listings.stopAll(
      new ObservationError("supervisord was not heard out: closed meanwhile"),
    );
  }

  async #list(address: SupervisorAddress, signal: AbortSignal): Promise<readonly ProgramInfo[]> {
    const { endpoint, credentials } = await this.#serverAt(address);
    const client = supervisorClient({ endpoint, credentials, resolver: this.#options.resolver });
    return programsOf(await client.call("supervisor.getAllProcessInfo", [], signal));
  }

  async #serverAt(address: SupervisorAddress): Promise<ConfiguredServer> {
    const { env, folder = process.cwd() } = this.#options;
    const given = await this.#credentialsOf(address);
    if (address.serverUrl !== null) {
      return { endpoint: parseServerUrl(address.serverUrl), credentials: given };
    }
    const { endpoint, credentials } = await configuredServer({ env, folder });
    return { endpoint, credentials: given ?? credentials };
  }

  async #credentialsOf(address: SupervisorAddress): Promise<SupervisorCredentials | null> {
    const { username, password } = address;
    if (username === null && password === null) return null;
    const resolved = password === null ? "" : await this.#options.secrets.resolve(password);
    return { username: username ?? "", password: resolved };
  }
}
