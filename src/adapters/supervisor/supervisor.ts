import { abortReason } from "../../model/abort.ts";
import { ObservationError } from "../../model/errors.ts";
import { canonicalJson } from "../../model/json.ts";
import type { ProgramInfo, Supervisor, SupervisorAddress } from "../../ports/supervisor.ts";
import { SharedWork } from "../network/shared-work.ts";
import { clientFor, type SupervisorOptions } from "./connect.ts";
import { programsOf } from "./program-info.ts";

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
    const client = await clientFor(address, this.#options);
    return programsOf(await client.call("supervisor.getAllProcessInfo", [], signal));
  }
}
