import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import { isRecord } from "../../model/json.ts";
import { labelsOf, marksOfLabels, type Marks } from "../../model/marks.ts";
import { singleLine } from "../../model/text.ts";
import type { CommandOutcome, Commands } from "../../ports/commands.ts";
import type {
  ContainerRequest,
  EngineHost,
  FetchOptions,
  ImageConfig,
  ListedContainer,
  MadeContainer,
} from "../../ports/container-host.ts";
import { imageMissing } from "./api-images.ts";
import { creationCommand, readAppleContainer } from "./apple-container.ts";
import { isContainerName } from "./engine.ts";
import { field, isList, isText, nested, parseJson, type UnknownRecord } from "./fields.ts";
import { textsOf } from "./made-container.ts";
import { TurnWork } from "./turn-work.ts";

const OUTPUT_LIMIT_BYTES = 4 * 1024 * 1024;
const MESSAGE_LIMIT_CHARACTERS = 300;
const STOP_SECONDS = 10;

const MISSING = /not ?found|does not exist|no such/iu;
const EXISTS = /already exists/iu;
const PORT_TAKEN = /address already in use|port .*(?:in use|already)/iu;

/**
 * Apple's `container`, as those see it who make containers. It knows no other name for a container, changes none that is there,
 * and tells neither when one was made nor what its image brings along.
 *
 * Written from its command reference and from what it prints; it has not been run against the real thing.
 *
 * @see https://github.com/apple/container/blob/main/docs/command-reference.md
 */
export class AppleHost implements EngineHost {
  readonly isLocal = true;
  readonly defaultNetworks: ReadonlySet<string> = new Set(["default"]);
  readonly rename = null;
  readonly changePolicy = null;
  readonly #commands: Commands;
  readonly #lists = new TurnWork<readonly MadeContainer[]>();

  /**
   * Keeps what it needs.
   *
   * @param commands - Runs `container`.
   */
  constructor(commands: Commands) {
    this.#commands = commands;
  }

  /**
   * Looks at a container. All who look at one moment share one list: to start a program takes longer than to read what it says.
   *
   * @param name - Its name, which is its id too.
   * @param signal - Gives up.
   * @returns Null when there is none.
   */
  async find(name: string, signal: AbortSignal): Promise<MadeContainer | null> {
    if (!isContainerName(name)) return null;
    return (await this.#all(signal)).find(({ id }) => id === name) ?? null;
  }

  /**
   * Lists containers, running or not.
   *
   * @param project - Of one project; null for all.
   * @param signal - Gives up.
   * @returns Containers.
   */
  async list(project: string | null, signal: AbortSignal): Promise<readonly ListedContainer[]> {
    const all = await this.#all(signal);
    const isMeant = ({ labels }: MadeContainer): boolean =>
      project === null || marksOfLabels(labels)?.project === project;
    return all.filter(isMeant).map(({ id, name, labels, ports, status }) => ({
      ...{ id, name, labels },
      ports: status === "running" ? ports : [],
    }));
  }

  /**
   * Tells whether the program is not on this machine.
   *
   * @param signal - Gives up.
   * @returns True when it cannot be started.
   */
  async isAbsent(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#run(["--version"], signal);
      return false;
    } catch (error) {
      if (error instanceof ObservationError) return true;
      throw error;
    }
  }

  /**
   * Tells nothing: what an image brings along cannot be told from what was declared.
   *
   * @returns Null.
   */
  imageConfig(): Promise<ImageConfig | null> {
    return Promise.resolve(null);
  }

  /**
   * Tells nothing: without fetching an image nobody knows whether it could be.
   *
   * @returns Null.
   */
  imageProblem(): Promise<string | null> {
    return Promise.resolve(null);
  }

  /**
   * Fetches an image, unless it is here.
   *
   * @param image - Its name.
   * @param options - Who hears of it.
   * @param options.signal - Gives up.
   * @param options.onProgress - Hears that it is being fetched.
   */
  async fetchImage(image: string, { signal, onProgress }: FetchOptions): Promise<void> {
    const found = await this.#run(["image", "inspect", image], signal);
    if (found.exitCode === 0) return;
    onProgress(`fetching ${image}`);
    const outcome = await this.#run(["image", "pull", image], signal);
    if (outcome.exitCode !== 0) throw imageMissing(image, saidBy(outcome));
  }

  /**
   * Finds networks that do not exist.
   *
   * @param names - Networks.
   * @param signal - Gives up.
   * @returns Those of them that do not.
   */
  async missingNetworks(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    if (names.length === 0) return [];
    const list = await this.#list(["network", "ls", "--format", "json"], signal);
    const known = new Set(list.map((network) => field(network, "id", isText)));
    return names.filter((name) => !known.has(name));
  }

  /**
   * Makes a volume, unless it is there.
   *
   * @param name - Its name.
   * @param marks - Whose it is.
   * @param signal - Gives up.
   */
  async createVolume(name: string, marks: Marks, signal: AbortSignal): Promise<void> {
    const labels = Object.entries(labelsOf(marks)).flatMap(([key, value]) => [
      "--label",
      `${key}=${value}`,
    ]);
    const outcome = await this.#run(["volume", "create", ...labels, name], signal);
    if (outcome.exitCode !== 0 && !EXISTS.test(outcome.stderr)) {
      throw failure(`make volume ${name}`, outcome);
    }
  }

  /**
   * Removes a volume of the same instance that no container uses.
   *
   * @param name - Its name.
   * @param marks - Whose it must be.
   * @param signal - Gives up.
   */
  async removeVolume(name: string, marks: Marks, signal: AbortSignal): Promise<void> {
    const found = await this.#run(["volume", "inspect", name], signal);
    if (found.exitCode !== 0) return;
    const [volume] = recordsOf(found);
    const { project, instance } = marksOfLabels(textsOf(nested(volume ?? {}, "labels"))) ?? {};
    if (project !== marks.project || instance !== marks.instance) return;
    const containers = await this.#all(signal);
    if (containers.some(({ mounts }) => mounts.some(({ source }) => source === name))) return;
    await this.#change(["volume", "delete", name], `remove volume ${name}`, signal);
  }

  /**
   * Makes a container.
   *
   * @param request - What it is to be like.
   * @param signal - Gives up.
   * @returns Its name, which is its id too.
   * @throws {@link DeployError} When it cannot be made.
   */
  async create(request: ContainerRequest, signal: AbortSignal): Promise<string> {
    const { args, env } = creationCommand(request);
    const outcome = await this.#run(args, signal, env);
    if (outcome.exitCode === 0) return request.name;
    const code = EXISTS.test(outcome.stderr) ? "resource-foreign" : "deploy-failed";
    throw failure(`make container ${request.name}`, outcome, code);
  }

  /**
   * Does nothing: a container is made in all of its networks.
   *
   * @returns At once.
   */
  connect(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Starts a container.
   *
   * @param container - The container.
   * @param container.name - Its name.
   * @param signal - Gives up.
   */
  async start({ name }: MadeContainer, signal: AbortSignal): Promise<void> {
    const outcome = await this.#run(["start", name], signal);
    if (outcome.exitCode === 0) return;
    const code = PORT_TAKEN.test(outcome.stderr) ? "claim-taken" : "deploy-failed";
    throw failure(`start container ${name}`, outcome, code);
  }

  /**
   * Stops a container.
   *
   * @param id - The container.
   * @param signal - Gives up.
   */
  async stop(id: string, signal: AbortSignal): Promise<void> {
    const args = ["stop", "--time", String(STOP_SECONDS), id];
    await this.#change(args, `stop container ${id}`, signal);
  }

  /**
   * Removes a container, running or not.
   *
   * @param id - The container.
   * @param options - How.
   * @param options.signal - Gives up.
   */
  async remove(id: string, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#change(["delete", "--force", id], `remove container ${id}`, signal);
  }

  async #all(signal: AbortSignal): Promise<readonly MadeContainer[]> {
    return await this.#lists.join("all", signal, async (shared) => {
      const list = await this.#list(["ls", "--all", "--format", "json"], shared);
      return list.map(readAppleContainer);
    });
  }

  async #list(args: readonly string[], signal: AbortSignal): Promise<readonly UnknownRecord[]> {
    const outcome = await this.#run(args, signal);
    if (outcome.exitCode === 0) return recordsOf(outcome);
    const hint = "is it started (container system start)?";
    throw new ObservationError(`container ${args[0] ?? ""} failed: ${saidBy(outcome)}; ${hint}`);
  }

  // What is gone is done with.
  async #change(args: readonly string[], doing: string, signal: AbortSignal): Promise<void> {
    const outcome = await this.#run(args, signal);
    if (outcome.exitCode !== 0 && !MISSING.test(outcome.stderr)) throw failure(doing, outcome);
  }

  async #run(
    args: readonly string[],
    signal: AbortSignal,
    env: Readonly<Record<string, string>> = {},
  ): Promise<CommandOutcome> {
    signal.throwIfAborted();
    const options = { signal, limitBytes: OUTPUT_LIMIT_BYTES, env };
    return await this.#commands.run(["container", ...args], options);
  }
}

function recordsOf({ stdout, isTruncated }: CommandOutcome): readonly UnknownRecord[] {
  if (isTruncated) throw new ObservationError("container prints over 4 MiB");
  const list = parseJson(stdout);
  if (!isList(list)) throw new ObservationError("container does not print a list");
  return list.filter(isRecord);
}

function failure(
  doing: string,
  outcome: CommandOutcome,
  code: DeployError["code"] = "deploy-failed",
): DeployError {
  return new DeployError(`container could not ${doing}: ${saidBy(outcome)}`, { code });
}

function saidBy({ exitCode, stderr }: CommandOutcome): string {
  const said = singleLine(stderr).slice(0, MESSAGE_LIMIT_CHARACTERS);
  return said === "" ? `exit code ${String(exitCode)}` : said;
}
