import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import { singleLine } from "../../model/text.ts";
import type { CommandOutcome, Commands } from "../../ports/commands.ts";
import type { ContainerLog, ContainerState, ContainerUsage } from "../../ports/containers.ts";
import { isIP } from "node:net";
import { readEnvironment, type Inspected } from "./container-state.ts";
import {
  CommandNotStarted,
  isContainerName,
  type Engine,
  type InsideOptions,
  type LogOptions,
} from "./engine.ts";
import {
  field,
  isList,
  isText,
  nested,
  parseJson,
  requiredField,
  type UnknownRecord,
} from "./fields.ts";

const OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024;
const MESSAGE_LIMIT_CHARACTERS = 300;

const STATUSES = new Map<string, ContainerState["status"]>([
  ["running", "running"],
  ["stopping", "running"],
  ["stopped", "exited"],
]);

/**
 * Containers of Apple's `container`, which has a command but no API. It runs each container in a machine of its own, tells
 * neither exit codes nor process ids, and knows no health checks.
 *
 * Written from its command reference and from what it prints; it has not been run against the real thing.
 *
 * @see https://github.com/apple/container/blob/main/docs/command-reference.md
 */
export class AppleEngine implements Engine {
  readonly #commands: Commands;

  /**
   * Keeps what it needs.
   *
   * @param commands - Runs `container`.
   */
  constructor(commands: Commands) {
    this.#commands = commands;
  }

  /**
   * Looks a container up.
   *
   * @param name - Its name, which is its id too.
   * @param signal - Gives up.
   * @returns Null when there is none.
   * @throws {@link ObservationError} When `container` cannot be asked, or says something else.
   */
  async inspect(name: string, signal: AbortSignal): Promise<Inspected | null> {
    if (!isContainerName(name)) return null;
    const outcome = await this.#container(["inspect", name], signal);
    if (isMissing(outcome)) return null;
    if (outcome.exitCode !== 0) throw refusal("inspect", outcome);
    if (outcome.isTruncated) throw new ObservationError("container inspect prints over 4 MiB");
    const list = parseJson(outcome.stdout);
    const found: unknown = isList(list) ? (list[0] ?? null) : undefined;
    if (found === null) return null;
    if (!isRecord(found)) throw new ObservationError("container inspect does not print a list");
    return readAppleInspection(found);
  }

  /**
   * Reads the end of what a container printed.
   *
   * @param name - Its name.
   * @param options - How many lines.
   * @returns Null when there is no such container.
   * @throws {@link ObservationError} When `container` cannot be asked.
   */
  async logs(name: string, options: LogOptions): Promise<ContainerLog | null> {
    const { lines, signal } = options;
    if (!isContainerName(name)) return null;
    const outcome = await this.#container(["logs", "-n", String(lines), name], signal);
    if (isMissing(outcome)) return null;
    if (outcome.exitCode !== 0) throw refusal("logs", outcome);
    const { stdout, isTruncated } = outcome;
    const all = stdout.split("\n").map((line) => line.replace(/\r$/u, ""));
    // Behind the last line break is nothing, or the beginning of a line that was cut.
    if (isTruncated || all.at(-1) === "") all.pop();
    return { lines: lines > 0 ? all.slice(-lines) : [], isTruncated };
  }

  /**
   * Refuses: this engine is not asked for measurements yet.
   *
   * @param name - The container's name.
   * @returns Never.
   * @throws {@link ObservationError} Always.
   */
  usage(name: string): Promise<ContainerUsage | null> {
    const what = `what container ${name} uses cannot be measured`;
    return Promise.reject(new ObservationError(`${what}: that is not supported with engine apple`));
  }

  /**
   * Runs a command inside a container.
   *
   * @param name - Its name.
   * @param command - The program and its arguments.
   * @param options - Limits.
   * @returns How it ended.
   * @throws {@link ObservationError} When `container` cannot be asked, or the command not be run.
   */
  async run(
    name: string,
    command: readonly string[],
    options: InsideOptions,
  ): Promise<CommandOutcome> {
    const inspected = await this.inspect(name, options.signal);
    if (inspected === null) throw new ObservationError(`there is no container ${name}`);
    const { status } = inspected.state;
    if (status !== "running") {
      throw new ObservationError(`nothing can be run in container ${name}: it is ${status}`);
    }
    const outcome = await this.#commands.run(["container", "exec", name, ...command], options);
    const isMissingProgram = /failed to find target executable|executable file .*not found/iu;
    if (outcome.exitCode !== 0 && isMissingProgram.test(outcome.stderr)) {
      throw new CommandNotStarted(
        `container ${name} cannot run ${command[0] ?? ""}: executable file not found`,
      );
    }
    return outcome;
  }

  /**
   * Does nothing: there is no connection.
   *
   * @returns At once.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #container(args: readonly string[], signal: AbortSignal): Promise<CommandOutcome> {
    signal.throwIfAborted();
    const options = { signal, limitBytes: OUTPUT_LIMIT_BYTES };
    return await this.#commands.run(["container", ...args], options);
  }
}

/**
 * Reads what `container inspect` prints of one container.
 *
 * @param answer - One entry of its list.
 * @returns What it tells.
 * @throws {@link ObservationError} When it is not such an entry.
 */
export function readAppleInspection(answer: UnknownRecord): Inspected {
  const config = requiredField(answer, "configuration", isRecord);
  const id = requiredField(config, "id", isText);
  const word = requiredField(answer, "status", isText);
  const status = STATUSES.get(word);
  if (status === undefined)
    throw new ObservationError(`container tells of an unknown status: ${word.slice(0, 80)}`);
  const networks = networksOf(field(answer, "networks", isList) ?? []);
  return {
    state: {
      id,
      name: id,
      image: field(nested(config, "image"), "reference", isText) ?? "",
      status,
      health: "none",
      healthOutput: null,
      exitCode: null,
      isOutOfMemory: false,
      error: null,
      pid: null,
      environment: readEnvironment(
        field(nested(config, "initProcess"), "environment", isList) ?? [],
      ),
      addresses: [...networks.values()].flat(),
      // Its containers have addresses of their own, so ports are seldom published.
      ports: [],
    },
    hasTerminal: false,
    memoryLimitBytes: null,
    networks,
  };
}

// An address comes with the length of its prefix; later versions call it after its family.
function networksOf(list: readonly unknown[]): Map<string, readonly string[]> {
  return new Map(
    list.filter(isRecord).map((network) => {
      const written = field(network, "ipv4Address", isText) ?? field(network, "address", isText);
      const address = written?.replace(/\/.*$/u, "") ?? "";
      const name = field(network, "network", isText) ?? "default";
      return [name, isIP(address) === 0 ? [] : [address]];
    }),
  );
}

function isMissing({ exitCode, stderr }: CommandOutcome): boolean {
  return exitCode !== 0 && /not ?found/iu.test(stderr);
}

function refusal(verb: string, { exitCode, stderr }: CommandOutcome): ObservationError {
  const said = singleLine(stderr).slice(0, MESSAGE_LIMIT_CHARACTERS);
  const reason = said === "" ? `exit code ${String(exitCode)}` : said;
  return new ObservationError(
    `container ${verb} failed: ${reason}; is it started (container system start)?`,
  );
}
