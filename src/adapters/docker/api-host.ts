import { DeployError } from "../../model/deploy-errors.ts";
import { ObservationError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import { labelsOf, marksOfLabels, type Marks } from "../../model/marks.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  ContainerPolicy,
  ContainerRequest,
  EngineHost,
  FetchOptions,
  ImageConfig,
  ListedContainer,
  MadeContainer,
} from "../../ports/container-host.ts";
import { TurnWork } from "./turn-work.ts";
import { ApiImages, imageMissing } from "./api-images.ts";
import { creationBody, policyBody } from "./container-request.ts";
import type { ApiEngine, Environment } from "./engine-addresses.ts";
import { EngineClient, isGone, type EngineAnswer } from "./engine-client.ts";
import { isContainerName, isMeant } from "./engine.ts";
import {
  field,
  isAmount,
  isText,
  nested,
  parseJson,
  parseRecord,
  requiredField,
} from "./fields.ts";
import { readContainer, readContainerList, textsOf } from "./made-container.ts";

const MOST_STOP_SECONDS = 10;
/** Between two looks at a container that is being removed by somebody else. */
const POLL_MS = 100;
const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const NOT_FOUND = 404;
const CONFLICT = 409;

const PORT_TAKEN = /port is already allocated|address already in use|port .* is already in use/iu;
const SOURCE_MISSING =
  /bind source path does not exist|bind-mount source .*no such file|statfs .*no such file/iu;
const ALREADY_CONNECTED = /already exists in network|already connected|already exists/iu;

/** Docker or podman, as those see it who make containers. What changes something has a connection of its own: none is asked twice. */
export class ApiHost implements EngineHost, AsyncDisposable {
  readonly defaultNetworks: ReadonlySet<string>;
  readonly #name: ApiEngine;
  readonly #client: EngineClient;
  readonly #clock: Clock;
  readonly #images: ApiImages;
  readonly #lists = new TurnWork<readonly ListedContainer[]>();
  #processors: number | null = null;

  /**
   * Does not connect yet.
   *
   * @param name - Which engine.
   * @param options - The environment, which may name its address, and time.
   */
  constructor(name: ApiEngine, options: { readonly env: Environment; readonly clock: Clock }) {
    this.#name = name;
    this.#client = new EngineClient(name, options.env);
    this.#clock = options.clock;
    this.#images = new ApiImages(name, this.#client, options.clock);
    this.defaultNetworks = new Set(
      name === "docker" ? ["bridge"] : ["podman", "pasta", "slirp4netns", "bridge"],
    );
  }

  /**
   * Tells whether what it does, it does on this machine.
   *
   * @returns False for one that is met over TCP.
   */
  get isLocal(): boolean {
    return this.#client.isLocal;
  }

  /**
   * Looks at a container.
   *
   * @param name - Its name or id.
   * @param signal - Gives up.
   * @returns Null when there is none.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  async find(name: string, signal: AbortSignal): Promise<MadeContainer | null> {
    if (!isContainerName(name)) return null;
    const path = `/containers/${name}/json`;
    const answer = await this.#client.ask({ method: "GET", path, signal });
    if (isGone(answer)) return null;
    if (answer.status !== 200) throw this.#client.refusal(answer, `look at container ${name}`);
    const container = readContainer(parseRecord(answer.body));
    if (!isMeant(name, container)) return null;
    if (container.policy.cpus === null) return container;
    const cpus = await this.#countProcessors(signal);
    return { ...container, asGoodAsNone: { ...container.asGoodAsNone, cpus } };
  }

  /**
   * Lists containers, running or not.
   *
   * @param project - Of one project; null for all.
   * @param signal - Gives up.
   * @returns Containers.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  async list(project: string | null, signal: AbortSignal): Promise<readonly ListedContainer[]> {
    return await this.#lists.join(project ?? "", signal, async (shared) => {
      const filters = project === null ? {} : { label: [`clockwork.project=${project}`] };
      const query = encodeURIComponent(JSON.stringify(filters));
      const path = `/containers/json?all=1&filters=${query}`;
      const answer = await this.#client.ask({ method: "GET", path, signal: shared });
      if (answer.status !== 200) throw this.#client.refusal(answer, "list containers");
      return readContainerList(parseJson(answer.body));
    });
  }

  /**
   * Tells whether no such engine is on this machine.
   *
   * @param signal - Gives up.
   * @returns False when one answers, or might.
   */
  isAbsent(signal: AbortSignal): Promise<boolean> {
    return this.#client.isAbsent(signal);
  }

  /**
   * Tells what an image brings along.
   *
   * @param imageId - Its id.
   * @param signal - Gives up.
   * @returns Null when it is not here any more.
   */
  imageConfig(imageId: string, signal: AbortSignal): Promise<ImageConfig | null> {
    return this.#images.config(imageId, signal);
  }

  /**
   * Tells why an image could not be had.
   *
   * @param image - Its name.
   * @param signal - Gives up.
   * @returns Null when it could, or that is not known.
   */
  imageProblem(image: string, signal: AbortSignal): Promise<string | null> {
    return this.#images.problem(image, signal);
  }

  /**
   * Fetches an image, unless it is here.
   *
   * @param image - Its name.
   * @param options - Who hears how far it has come.
   * @returns Once it is here.
   */
  fetchImage(image: string, options: FetchOptions): Promise<void> {
    return this.#images.fetch(image, options);
  }

  /**
   * Finds networks that do not exist.
   *
   * @param names - Networks.
   * @param signal - Gives up.
   * @returns Those of them that do not.
   */
  async missingNetworks(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const found = await Promise.all(
      names.map(async (name) => {
        const path = `/networks/${encodeURIComponent(name)}`;
        const { status, body } = await this.#client.ask({ method: "GET", path, signal });
        return { name, isMissing: status === NOT_FOUND && /network/iu.test(body) };
      }),
    );
    return found.filter(({ isMissing }) => isMissing).map(({ name }) => name);
  }

  /**
   * Makes a volume, unless it is there.
   *
   * @param name - Its name.
   * @param marks - Whose it is.
   * @param signal - Gives up.
   */
  async createVolume(name: string, marks: Marks, signal: AbortSignal): Promise<void> {
    const path = `/volumes/${encodeURIComponent(name)}`;
    if ((await this.#client.ask({ method: "GET", path, signal })).status === 200) return;
    const body = { Name: name, Labels: labelsOf(marks) };
    const answer = await this.#change("/volumes/create", signal, body);
    if (answer.status !== 201) throw this.#failure(answer, `make volume ${name}`);
  }

  /**
   * Removes a volume of the same instance that no container uses.
   *
   * @param name - Its name.
   * @param marks - Whose it must be.
   * @param signal - Gives up.
   */
  async removeVolume(name: string, marks: Marks, signal: AbortSignal): Promise<void> {
    const path = `/volumes/${encodeURIComponent(name)}`;
    const found = await this.#client.ask({ method: "GET", path, signal });
    if (found.status !== 200) return;
    const { project, instance } =
      marksOfLabels(textsOf(nested(parseRecord(found.body), "Labels"))) ?? {};
    if (project !== marks.project || instance !== marks.instance) return;
    const answer = await this.#client.ask({ method: "DELETE", path, signal, isSlow: true });
    if (![NO_CONTENT, NOT_FOUND, CONFLICT].includes(answer.status)) {
      throw this.#failure(answer, `remove volume ${name}`);
    }
  }

  /**
   * Makes a container.
   *
   * @param request - What it is to be like.
   * @param signal - Gives up.
   * @returns Its id.
   * @throws {@link DeployError} When it cannot be made.
   */
  async create(request: ContainerRequest, signal: AbortSignal): Promise<string> {
    const { name, image } = request;
    const path = `/containers/create?name=${encodeURIComponent(name)}`;
    const answer = await this.#change(path, signal, creationBody(request));
    if (answer.status === 201) return requiredField(parseRecord(answer.body), "Id", isText);
    const reason = this.#client.reasonOf(answer);
    if (answer.status === NOT_FOUND && /image/iu.test(reason)) throw imageMissing(image, reason);
    const isTaken = answer.status === CONFLICT || /already in use/iu.test(reason);
    const failure = this.#failure(
      answer,
      `make container ${name}`,
      isTaken ? "resource-foreign" : undefined,
    );
    throw SOURCE_MISSING.test(reason) ? withoutSource(failure) : failure;
  }

  /**
   * Puts a container into one more network.
   *
   * @param id - The container.
   * @param network - The network.
   * @param signal - Gives up.
   */
  async connect(id: string, network: string, signal: AbortSignal): Promise<void> {
    const path = `/networks/${encodeURIComponent(network)}/connect`;
    const answer = await this.#change(path, signal, { Container: id });
    if (answer.status === 200 || ALREADY_CONNECTED.test(answer.body)) return;
    throw this.#failure(answer, `connect a container with network ${network}`);
  }

  /**
   * Starts a container; one that is paused goes on.
   *
   * @param container - The container.
   * @param signal - Gives up.
   */
  async start({ id, name, status }: MadeContainer, signal: AbortSignal): Promise<void> {
    const verb = status === "paused" ? "unpause" : "start";
    const answer = await this.#change(`/containers/${id}/${verb}`, signal);
    if (answer.status === NO_CONTENT || answer.status === NOT_MODIFIED) return;
    const isTaken = PORT_TAKEN.test(answer.body);
    throw this.#failure(answer, `start container ${name}`, isTaken ? "claim-taken" : undefined);
  }

  /**
   * Stops a container, within at most 10 s.
   *
   * @param id - The container.
   * @param signal - Gives up.
   */
  async stop(id: string, signal: AbortSignal): Promise<void> {
    const found = await this.#client.ask({ method: "GET", path: `/containers/${id}/json`, signal });
    if (isGone(found)) return;
    if (found.status !== 200) throw this.#client.refusal(found, `look at container ${id}`);
    const record = parseRecord(found.body);
    // Podman stops none that is paused.
    if (field(nested(record, "State"), "Status", isText) === "paused") {
      await this.#change(`/containers/${id}/unpause`, signal);
    }
    const config = nested(record, "Config");
    const own = field(config, "StopTimeout", isAmount) ?? MOST_STOP_SECONDS;
    const seconds = Math.min(own, MOST_STOP_SECONDS);
    const answer = await this.#change(`/containers/${id}/stop?t=${String(seconds)}`, signal);
    const isStopped = [NO_CONTENT, NOT_MODIFIED].includes(answer.status) || isGone(answer);
    if (!isStopped) throw this.#failure(answer, `stop container ${id}`);
  }

  /**
   * Gives a container another name. One that waits to be started again is stopped for it: Docker looks for its network, which
   * is not there meanwhile.
   *
   * @param id - The container.
   * @param name - Its new name.
   * @param signal - Gives up.
   */
  readonly rename = async (id: string, name: string, signal: AbortSignal): Promise<void> => {
    const path = `/containers/${id}/rename?name=${encodeURIComponent(name)}`;
    let answer = await this.#change(path, signal);
    if (answer.status !== NO_CONTENT && answer.status !== CONFLICT) {
      const container = await this.find(id, signal);
      if (container?.status === "restarting") await this.stop(id, signal);
      // It may have been started again by now.
      answer = await this.#change(path, signal);
    }
    if (answer.status !== NO_CONTENT) {
      const code = answer.status === CONFLICT ? "resource-foreign" : undefined;
      throw this.#failure(answer, `rename a container to ${name}`, code);
    }
  };

  /**
   * Changes the limits and the restart policy of a container.
   *
   * @param container - The container, as it is.
   * @param policy - As they should be.
   * @param signal - Gives up.
   */
  readonly changePolicy = async (
    { id, name, policy: before }: MadeContainer,
    policy: ContainerPolicy,
    signal: AbortSignal,
  ): Promise<void> => {
    const processors = before.cpus === null ? 0 : await this.#countProcessors(signal);
    const body = policyBody(policy, { policy: before, processors });
    const answer = await this.#change(`/containers/${id}/update`, signal, body);
    if (answer.status < 300) return;
    // A 404 that does not speak of a container is podman's before version 5.
    if (answer.status === NOT_FOUND && !isGone(answer)) {
      throw new DeployError(`this ${this.#name} cannot change the limits of a container`, {
        hint: "update it, or change containerName too, which needs a new one",
      });
    }
    throw this.#failure(answer, `change the limits of container ${name}`);
  };

  /**
   * Removes a container, running or not.
   *
   * @param id - The container.
   * @param options - Whether volumes without a name go with it.
   * @param options.withVolumes - True when they do.
   * @param options.signal - Gives up.
   */
  async remove(
    id: string,
    { withVolumes, signal }: { readonly withVolumes: boolean; readonly signal: AbortSignal },
  ): Promise<void> {
    const path = `/containers/${id}?force=1&v=${withVolumes ? "1" : "0"}`;
    for (;;) {
      const answer = await this.#client.ask({ method: "DELETE", path, signal, isSlow: true });
      if ([200, NO_CONTENT].includes(answer.status) || isGone(answer)) return;
      // Somebody else is at it: our own process before it was killed, perhaps.
      const isUnderWay = answer.status === CONFLICT && /already in progress/iu.test(answer.body);
      if (!isUnderWay) throw this.#failure(answer, `remove container ${id}`);
      await this.#clock.sleep(POLL_MS, signal);
    }
  }

  /**
   * Closes the connections.
   *
   * @returns Once nothing is under way any more.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }

  async #change(path: string, signal: AbortSignal, body?: JsonObject): Promise<EngineAnswer> {
    const query = { method: "POST", path, signal, isSlow: true } as const;
    return await this.#client.ask(body === undefined ? query : { ...query, body });
  }

  #failure(answer: EngineAnswer, doing: string, code?: DeployError["code"]): DeployError {
    const { message } = this.#client.refusal(answer, doing);
    return new DeployError(message, code === undefined ? {} : { code });
  }

  async #countProcessors(signal: AbortSignal): Promise<number> {
    if (this.#processors !== null) return this.#processors;
    const answer = await this.#client.ask({ method: "GET", path: "/info", signal });
    if (answer.status !== 200) throw this.#client.refusal(answer, "tell of itself");
    const count = field(parseRecord(answer.body), "NCPU", isAmount) ?? 0;
    if (count < 1) throw new ObservationError(`the ${this.#name} engine tells of no processors`);
    this.#processors = count;
    return count;
  }
}

function withoutSource({ message, code }: DeployError): DeployError {
  const hint = "make it first, or declare it as a DirectoryResource and name that in dependsOn";
  return new DeployError(message, { code, hint });
}
