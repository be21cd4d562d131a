import type { JsonObject } from "../../model/json.ts";
import type { ContainerPolicy, ContainerRequest } from "../../ports/container-host.ts";

const NANOCPUS = 1_000_000_000;
/** The engine's own rule where nobody says otherwise. Said aloud, it also goes with a limit that is raised later. */
const SWAP_FACTOR = 2;

/** A limit on memory cannot be taken away from a container that is there, so it is raised to what no machine has: 1 PiB. */
export const ALL_MEMORY_BYTES = 2 ** 50;

/**
 * Writes what is asked of a container as Docker's API has it.
 *
 * @param request - The container.
 * @returns The body of `POST /containers/create`.
 */
export function creationBody(request: ContainerRequest): JsonObject {
  const { image, command, environment, labels, ports, mounts, networks, policy } = request;
  const keys = ports.map(({ container, protocol }) => `${String(container)}/${protocol}`);
  const bindings = ports.map(({ host, address = "" }, index) => ({
    key: keys[index] ?? "",
    binding: { HostIp: address, HostPort: host === 0 ? "" : String(host) },
  }));
  const [network] = networks;
  return {
    Image: image,
    ...(command === null ? {} : { Cmd: command }),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    ExposedPorts: Object.fromEntries(keys.map((key) => [key, {}])),
    HostConfig: {
      PortBindings: Object.fromEntries(
        keys.map((key) => [
          key,
          bindings.filter((each) => each.key === key).map(({ binding }) => binding),
        ]),
      ),
      Mounts: mounts.map(({ type, source, target, readOnly }) => ({
        Type: type,
        Source: source,
        Target: target,
        ReadOnly: readOnly,
      })),
      ...(network === undefined ? {} : { NetworkMode: network }),
      ...policyBody(policy),
    },
  };
}

/**
 * Writes what can be changed of a container as Docker's API has it.
 *
 * @param policy - As it should be.
 * @param before - How it is, and how many processors there are; left out for a new one. A limit that is there can only be
 *   raised to all there is.
 * @returns The body of `POST /containers/{id}/update`, or a part of `HostConfig`.
 */
export function policyBody(
  { memoryBytes, cpus, restart }: ContainerPolicy,
  before: { readonly policy: ContainerPolicy; readonly processors: number } | null = null,
): JsonObject {
  const mustRaise = before !== null && before.policy.memoryBytes !== null;
  const memory = memoryBytes ?? (mustRaise ? ALL_MEMORY_BYTES : null);
  const all = cpus ?? (before !== null && before.policy.cpus !== null ? before.processors : null);
  return {
    RestartPolicy: { Name: restart },
    ...(memory === null ? {} : { Memory: memory, MemorySwap: SWAP_FACTOR * memory }),
    ...(all === null ? {} : { NanoCpus: Math.round(all * NANOCPUS) }),
  };
}
