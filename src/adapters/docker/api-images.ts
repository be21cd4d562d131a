import { DeployError } from "../../model/deploy-errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FetchOptions, ImageConfig } from "../../ports/container-host.ts";
import { SharedWork } from "../network/shared-work.ts";
import type { ApiEngine } from "./engine-addresses.ts";
import type { EngineClient } from "./engine-client.ts";
import { parseRecord } from "./fields.ts";
import { readImageConfig } from "./made-container.ts";
import { pullProgress } from "./pull-progress.ts";

/** An image never changes under its id, so what is known of it stays known. */
const KNOWN_LIMIT = 1_000;
const NOTE_INTERVAL_MS = 1_000;
const NOT_FOUND = 404;

/** Images of Docker or podman. */
export class ApiImages {
  readonly #name: ApiEngine;
  readonly #client: EngineClient;
  readonly #clock: Clock;
  readonly #known = new Map<string, ImageConfig>();
  readonly #looks = new SharedWork<ImageConfig | null>();

  /**
   * Keeps what it needs.
   *
   * @param name - Which engine.
   * @param client - Asks it.
   * @param clock - Time.
   */
  constructor(name: ApiEngine, client: EngineClient, clock: Clock) {
    this.#name = name;
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * Tells what an image brings along.
   *
   * @param image - Its id.
   * @param signal - Gives up.
   * @returns Null when it is not here any more.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  async config(image: string, signal: AbortSignal): Promise<ImageConfig | null> {
    const known = this.#known.get(image);
    if (known !== undefined) return known;
    const config = await this.#looks.join(image, signal, (shared) => this.#look(image, shared));
    if (config !== null && this.#known.size < KNOWN_LIMIT) this.#known.set(image, config);
    return config;
  }

  /**
   * Tells why an image could not be had.
   *
   * @param image - Its name.
   * @param signal - Gives up.
   * @returns What was tried; null when it is here, or could be fetched, or nobody knows before.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  async problem(image: string, signal: AbortSignal): Promise<string | null> {
    if ((await this.#look(image, signal)) !== null) return null;
    // Podman does not ask a registry without fetching.
    if (this.#name === "podman") return null;
    const path = `/distribution/${pathOf(image)}/json`;
    const answer = await this.#client.ask({ method: "GET", path, signal, isSlow: true });
    if (answer.status === 200) return null;
    const said = this.#client.reasonOf(answer);
    return `is not here, and its registry was asked in vain: ${said}`;
  }

  /**
   * Fetches an image, unless it is here.
   *
   * @param image - Its name.
   * @param options - Who hears how far it has come.
   * @throws {@link DeployError} `image-missing` when it cannot be fetched.
   * @throws {@link ObservationError} When the engine cannot be asked.
   */
  async fetch(image: string, { signal, onProgress }: FetchOptions): Promise<void> {
    if ((await this.#look(image, signal)) !== null) return;
    const progress = pullProgress();
    let notedMs = this.#clock.elapsedMs();
    onProgress(`fetching ${image}`);
    const { name, tag } = splitImage(image);
    const answer = await this.#client.ask({
      method: "POST",
      path: `/images/create?fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`,
      signal,
      onChunk: (chunk) => {
        progress.push(chunk);
        const shown = progress.shown();
        const nowMs = this.#clock.elapsedMs();
        if (shown === null || nowMs - notedMs < NOTE_INTERVAL_MS) return;
        notedMs = nowMs;
        onProgress(`fetching ${image}: ${shown}`);
      },
    });
    const failure = answer.status === 200 ? progress.error() : this.#client.reasonOf(answer);
    if (failure !== null) throw imageMissing(image, failure);
  }

  async #look(image: string, signal: AbortSignal): Promise<ImageConfig | null> {
    const path = `/images/${pathOf(image)}/json`;
    const answer = await this.#client.ask({ method: "GET", path, signal });
    if (answer.status === NOT_FOUND) return null;
    if (answer.status !== 200) throw this.#client.refusal(answer, `look for image ${image}`);
    return readImageConfig(parseRecord(answer.body));
  }
}

/**
 * Says that an image could not be had.
 *
 * @param image - Its name.
 * @param reason - What the engine said.
 * @returns What to throw.
 */
export function imageMissing(image: string, reason: string): DeployError {
  return new DeployError(`image ${image} is not here and could not be fetched: ${reason}`, {
    code: "image-missing",
    hint: "check its name and tag, sign in to its registry, or build it first",
  });
}

// Slashes stay: engines take the rest of the path for the name.
function pathOf(image: string): string {
  return image.split("/").map(encodeURIComponent).join("/");
}

/**
 * Takes a name of an image apart.
 *
 * @param image - Such as `registry:5000/nginx:alpine`, `nginx@sha256:0f3c…`.
 * @returns The name, and the tag or digest; `latest` where it has neither, as engines would fetch every tag otherwise.
 */
export function splitImage(image: string): { readonly name: string; readonly tag: string } {
  const at = image.indexOf("@");
  if (at !== -1) {
    // A digest says more than the tag before it.
    return { name: splitImage(image.slice(0, at)).name, tag: image.slice(at + 1) };
  }
  const colon = image.lastIndexOf(":");
  if (colon <= image.lastIndexOf("/")) return { name: image, tag: "latest" };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1) };
}
