import { isRecord } from "../../model/json.ts";
import { ByteBuffer } from "./byte-buffer.ts";

/** What an engine tells that has happened to a container. */
export interface ContainerEvent {
  readonly action: ContainerAction;
  /** All of its id. */
  readonly id: string;
  /** What it is called now. */
  readonly name: string;
  /** What it was called before it was renamed; null for anything else. */
  readonly oldName: string | null;
  /** What it exited with; null where that is not told. */
  readonly exitCode: number | null;
  /** What its own health check has found; null where that is not told. */
  readonly health: string | null;
  /** When, in nanoseconds since 1970-01-01 UTC by the engine's clock, within what a number holds; null where that is not told. */
  readonly timeNs: number | null;
}

/** What may happen to a container that its assertions may mind. */
export type ContainerAction =
  | "create"
  | "update"
  | "start"
  | "die"
  | "oom"
  | "stop"
  | "pause"
  | "unpause"
  | "rename"
  | "destroy"
  | "health_status";

/** By what engines say; podman has words of its own for some. `kill` is left out: what a signal ends, dies next. */
const ACTIONS: ReadonlyMap<string, ContainerAction> = new Map([
  ["create", "create"],
  ["update", "update"],
  ["start", "start"],
  ["die", "die"],
  ["died", "die"],
  ["oom", "oom"],
  ["stop", "stop"],
  ["pause", "pause"],
  ["unpause", "unpause"],
  ["rename", "rename"],
  ["destroy", "destroy"],
  ["remove", "destroy"],
  ["health_status", "health_status"],
]);

/** An event carries all labels of its container. A longer line is left out. */
const LINE_LIMIT_BYTES = 1024 * 1024;
const TEXT_LIMIT_CHARACTERS = 255;
const NEWLINE = 0x0a;
/** Engines of long ago did not say what their events are about. */
const CONTAINER: ReadonlySet<unknown> = new Set(["container", undefined]);

/** Reads the events of an engine from the bytes of its stream. */
export interface ContainerEventReader {
  /**
   * Reads on.
   *
   * @param chunk - The next bytes, cut anywhere.
   */
  readonly push: (chunk: Buffer) => void;
}

/**
 * Reads the event stream of an engine: an object of JSON on each line. What is none, or is about something else, is passed over.
 *
 * @param onEvent - Gets each event of a container, in order.
 * @returns A reader that has read nothing yet.
 * @see Docker Engine API, `GET /events`.
 */
export function containerEventReader(
  onEvent: (event: ContainerEvent) => void,
): ContainerEventReader {
  const line = new ByteBuffer(LINE_LIMIT_BYTES);
  let isTooLong = false;
  const endLine = (): void => {
    const event = isTooLong ? null : parseContainerEvent(line.text());
    line.clear();
    isTooLong = false;
    if (event !== null) onEvent(event);
  };
  return {
    push: (chunk) => {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        if (!line.append(chunk.subarray(start, end === -1 ? chunk.length : end))) isTooLong = true;
        if (end === -1) return;
        endLine();
        start = end + 1;
      }
    },
  };
}

/**
 * Reads one event.
 *
 * @param text - A line of the stream.
 * @returns Null when it is none of a container, or one that changes nothing.
 */
export function parseContainerEvent(text: string): ContainerEvent | null {
  const value = recordOf(parsed(text));
  if (!CONTAINER.has(value["Type"])) return null;
  // Docker says `health_status: healthy`, podman has an attribute.
  const [word = "", detail = null] = (firstText(value["Action"], value["status"]) ?? "").split(
    ": ",
  );
  const action = ACTIONS.get(word);
  const actor = recordOf(value["Actor"]);
  const id = firstText(actor["ID"], value["id"]);
  if (action === undefined || id === null) return null;
  const attributes = recordOf(actor["Attributes"]);
  return {
    action,
    id,
    name: nameOf(attributes["name"]) ?? "",
    oldName: nameOf(attributes["oldName"]),
    exitCode: exitCodeOf(firstText(attributes["exitCode"], attributes["containerExitCode"])),
    health: detail ?? firstText(attributes["health_status"]),
    timeNs: timeOf(value["timeNano"]),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

// What is no text, or longer than any name, is as good as none.
function firstText(...values: readonly unknown[]): string | null {
  const isGiven = (value: unknown): value is string =>
    typeof value === "string" && value !== "" && value.length <= TEXT_LIMIT_CHARACTERS;
  return values.find(isGiven) ?? null;
}

function nameOf(value: unknown): string | null {
  return firstText(value)?.replace(/^\//u, "") ?? null;
}

function exitCodeOf(text: string | null): number | null {
  return text !== null && /^\d{1,3}$/u.test(text) ? Number(text) : null;
}

function timeOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : null;
}
