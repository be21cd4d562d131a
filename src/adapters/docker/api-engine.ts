import { ObservationError } from "../../model/errors.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ContainerLog, ContainerUsage } from "../../ports/containers.ts";
import { readInspection, type Inspected } from "./container-state.ts";
import { readSample, usageBetween, type UsageSample } from "./container-usage.ts";
import type { ApiEngine as EngineName, Environment } from "./engine-addresses.ts";
import { EngineClient, isGone } from "./engine-client.ts";
import {
  isContainerName,
  isMeant,
  type Engine,
  type InsideOptions,
  type LogOptions,
} from "./engine.ts";
import { ExecRunner } from "./exec.ts";
import { parseRecord } from "./fields.ts";
import { demultiplexer } from "./frames.ts";
import { isProcessOf } from "./local-process.ts";
import { logTail } from "./log-tail.ts";
import { TurnWork } from "./turn-work.ts";

/** How far apart two measurements are where the engine makes one at a time. */
const SAMPLE_INTERVAL_MS = 1_000;

/**
 * Containers of Docker or podman.
 *
 * Looks at one container in the same turn share one inspection. Different containers are inspected one by one, at most eight
 * at a time over connections that stay: the listing has neither exit code, health output, process id nor environment, so that
 * it would only be asked on top. (Measured with 30 containers on two busy cores: 49 ms in all, the listing alone 12 ms.)
 */
export class ApiEngine implements Engine {
  readonly #client: EngineClient;
  readonly #clock: Clock;
  readonly #execs: ExecRunner;
  readonly #inspections = new TurnWork<Inspected | null>();

  /**
   * Does not connect yet.
   *
   * @param name - Which engine.
   * @param options - The environment, which may name its address, and time.
   */
  constructor(name: EngineName, options: { readonly env: Environment; readonly clock: Clock }) {
    this.#client = new EngineClient(name, options.env);
    this.#clock = options.clock;
    this.#execs = new ExecRunner(this.#client, options.clock);
  }

  /**
   * Looks a container up, together with whoever asks for it in this turn. Later ones ask anew: what they want to know may
   * have happened after the engine answered.
   *
   * @param name - Its name or id.
   * @param signal - Leaves.
   * @returns Null when there is none.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  async inspect(name: string, signal: AbortSignal): Promise<Inspected | null> {
    signal.throwIfAborted();
    if (!isContainerName(name)) return null;
    return await this.#inspections.join(name, signal, (shared) => this.#inspect(name, shared));
  }

  /**
   * Reads the end of what a container printed.
   *
   * @param name - Its name or id.
   * @param options - How many lines.
   * @returns Null when there is no such container.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  async logs(name: string, options: LogOptions): Promise<ContainerLog | null> {
    const { lines, signal } = options;
    const inspected = await this.inspect(name, signal);
    if (inspected === null) return null;
    const tail = logTail(lines);
    const frames = demultiplexer(tail.push);
    const isRaw = inspected.hasTerminal;
    const answer = await this.#client.ask({
      method: "GET",
      path: `/containers/${inspected.state.id}/logs?stdout=1&stderr=1&tail=${String(lines)}`,
      signal,
      onChunk: (chunk) => {
        if (isRaw) tail.push("stdout", chunk);
        else frames.push(chunk);
      },
    });
    if (isGone(answer)) return null;
    if (answer.status !== 200) throw this.#client.refusal(answer, `read the log of ${name}`);
    frames.end();
    return tail.log();
  }

  /**
   * Measures what a container uses.
   *
   * @param name - Its name or id.
   * @param signal - Gives up.
   * @returns Null when it does not run.
   * @throws {@link ObservationError} When the engine cannot be asked, or does not measure.
   */
  async usage(name: string, signal: AbortSignal): Promise<ContainerUsage | null> {
    const inspected = await this.inspect(name, signal);
    if (inspected === null || !isRunning(inspected)) return null;
    const usage = await this.#measure(inspected, signal);
    if (usage !== null) return usage;
    const now = await this.inspect(name, signal);
    if (now === null || !isRunning(now)) return null;
    throw new ObservationError(`the engine does not measure what container ${name} uses`);
  }

  /**
   * Runs a command inside a container.
   *
   * @param name - Its name or id.
   * @param command - The program and its arguments.
   * @param options - Limits.
   * @returns How it ended.
   * @throws {@link ObservationError} When it cannot be run.
   */
  async run(
    name: string,
    command: readonly string[],
    options: InsideOptions,
  ): Promise<CommandOutcome> {
    const inspected = await this.inspect(name, options.signal);
    if (inspected === null) throw new ObservationError(`there is no container ${name}`);
    const { id, status } = inspected.state;
    if (status !== "running") {
      throw new ObservationError(`nothing can be run in container ${name}: it is ${status}`);
    }
    return await this.#execs.run({ id, name }, command, options);
  }

  /**
   * Closes the connections.
   *
   * @returns Once nothing is under way any more.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#execs[Symbol.asyncDispose]();
    await this.#client[Symbol.asyncDispose]();
  }

  async #inspect(name: string, signal: AbortSignal): Promise<Inspected | null> {
    const answer = await this.#client.ask({
      method: "GET",
      path: `/containers/${name}/json`,
      signal,
    });
    if (isGone(answer)) return null;
    if (answer.status !== 200) throw this.#client.refusal(answer, `look at container ${name}`);
    const inspected = readInspection(parseRecord(answer.body));
    const { state } = inspected;
    if (!isMeant(name, state)) return null;
    const isLocal = state.pid !== null && isProcessOf(state.pid, state.id);
    return isLocal ? inspected : { ...inspected, state: { ...state, pid: null } };
  }

  // Docker measures twice, a second apart, before it answers; podman once.
  async #measure(
    { state: { id }, memoryLimitBytes }: Inspected,
    signal: AbortSignal,
  ): Promise<ContainerUsage | null> {
    const first = await this.#sample(id, signal);
    if (first === null) return null;
    if (first.before !== null) return usageBetween(first, first.before, memoryLimitBytes);
    await this.#clock.sleep(SAMPLE_INTERVAL_MS, signal);
    const second = await this.#sample(id, signal);
    return second && usageBetween(second, first.processor, memoryLimitBytes);
  }

  // Podman answers 409 or 500 for a container that has just ended; whether it has is asked for afterwards.
  async #sample(id: string, signal: AbortSignal): Promise<UsageSample | null> {
    const answer = await this.#client.ask({
      method: "GET",
      path: `/containers/${id}/stats?stream=false`,
      signal,
      isSlow: true,
    });
    return answer.status === 200 ? readSample(parseRecord(answer.body)) : null;
  }
}

function isRunning({ state }: Inspected): boolean {
  return state.status === "running" || state.status === "paused";
}
