import type { JsonObject } from "../../model/json.ts";
import type { LifecycleScope, Subject } from "../../model/lifecycle.ts";
import { InvalidOption, shownValue, type OptionProblem } from "../../model/options.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";

const SUFFIX = ".service";
const OTHER_SUFFIX = /\.(?:socket|device|mount|automount|swap|target|path|timer|slice|scope)$/u;
const NAME = /^[\w:.\\@-]{1,247}$/u;

const LIMIT_BYTES = 1024 * 1024;

/** The options of a service of systemd, as read. */
// An interface has no index signature, which options as plain data need.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type ServiceOptions = {
  readonly unit: string | null;
  readonly content: string | null;
  readonly source: string | null;
  readonly enabled: boolean;
};

/** A service that should be. */
export type ServiceSubject = Subject<ServiceOptions>;

/**
 * Reads the name of a service.
 *
 * @param value - With or without its suffix.
 * @returns With its suffix.
 * @throws {@link InvalidOption} When it is no such name.
 */
export function serviceUnit(value: unknown): string {
  const name =
    typeof value === "string" && value.endsWith(SUFFIX) ? value.slice(0, -SUFFIX.length) : value;
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new InvalidOption(`must be the name of a service: got ${shownValue(value)}`);
  }
  if (!OTHER_SUFFIX.test(name)) return `${name}${SUFFIX}`;
  throw new InvalidOption(`must be a service, not another kind of unit: got ${shownValue(value)}`, {
    hint: "claim what must be true of it with a SystemdUnitAssert",
  });
}

/**
 * Names the unit of a service.
 *
 * @param subject - The service.
 * @returns With its suffix.
 */
export function unitOf({
  parameters,
  resource,
}: Pick<ServiceSubject, "parameters" | "resource">): string {
  return parameters.unit ?? serviceUnit(resource);
}

/** What the file of a service should hold. */
export interface WantedContent {
  /** In lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * Tells what the file of a service should hold.
 *
 * @param subject - The service.
 * @returns As it was looked up.
 */
export function wantedContent({ resolved }: ServiceSubject): WantedContent {
  const { sha256, sizeBytes } = resolved;
  return {
    sha256: typeof sha256 === "string" ? sha256 : "",
    sizeBytes: typeof sizeBytes === "number" ? sizeBytes : 0,
  };
}

/**
 * Looks up what the file of a service should hold, and keeps it.
 *
 * @param parameters - Its options.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its hash and size.
 * @throws {@link InvalidOption} When its source is not there, or too large.
 * @throws {@link ObservationError} When its source cannot be read.
 */
export async function resolveContent(
  { content, source }: ServiceOptions,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const bytes =
    source === null
      ? new TextEncoder().encode(content ?? "")
      : await sourceAt(source, world, scope.signal);
  return { sha256: scope.keep(bytes), sizeBytes: bytes.length };
}

async function sourceAt(
  source: string,
  world: DeployWorld,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const files = await world.files();
  const found = await files.read(source, { limitBytes: LIMIT_BYTES, signal });
  if (found === null) {
    throw new InvalidOption(`must be a file that is there: nothing is at ${source}`, {
      property: "source",
    });
  }
  if (!found.isTruncated) return found.bytes;
  throw new InvalidOption(`must be a file of at most ${String(LIMIT_BYTES)} bytes`, {
    property: "source",
  });
}

/**
 * Finds what keeps a text from being the file of a service.
 *
 * @param bytes - The text.
 * @param property - The option that it comes from.
 * @returns Problems.
 */
export function contentProblems(bytes: Uint8Array, property: string): readonly OptionProblem[] {
  const text = new TextDecoder("latin1").decode(bytes);
  const problem = (message: string, hint: string | null): readonly OptionProblem[] => [
    { code: "option-invalid", property, message, hint },
  ];
  if (text.includes("\0")) return problem("must be text: it holds a zero byte", null);
  if (/^\s*\[Service\]\s*$/mu.test(text)) return [];
  return problem(
    "must be the file of a unit: it has no section [Service]",
    "see systemd.service(5)",
  );
}
