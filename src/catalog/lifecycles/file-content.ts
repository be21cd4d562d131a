import type { Difference, LifecycleScope, Subject } from "../../model/lifecycle.ts";
import type { JsonObject } from "../../model/json.ts";
import { shownBytes } from "../../model/bytes.ts";
import { InvalidOption } from "../../model/options.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { DiskEntry, Folder } from "../../ports/disk.ts";
import { differingLines, LIMIT_COMPARED_BYTES } from "./file-lines.ts";
import type { FileOptions } from "./file-options.ts";
import type { HiddenValue } from "./file-pieces.ts";
import { absolutePath } from "./git-path.ts";

/** A file may be this large. */
export const LIMIT_FILE_BYTES = 64 * 1024 * 1024;

/** What a file should hold. */
export interface FileContent {
  /** Looked up late: it may hold secrets. */
  readonly bytes: () => Promise<Uint8Array>;
  /** True when it holds secrets: these are never kept with the state. */
  readonly isSecret: boolean;
  /** The secrets in it, by the name of their variable. */
  readonly secrets: () => Promise<readonly HiddenValue[]>;
  /** Compares a file with it; null when it holds just this. */
  readonly difference: (
    folder: Folder,
    name: string,
    entry: DiskEntry,
  ) => Promise<Difference | null>;
}

/** Options of a file with a content. */
export type ContentOptions = FileOptions & {
  readonly content: string | null;
  readonly source: string | null;
};

/**
 * Looks up what a file should hold, and keeps it with the state.
 *
 * @param options - Content, or the file that holds it.
 * @param world - The world.
 * @param scope - The project.
 * @returns Its SHA-256 and size.
 * @throws {@link InvalidOption} When the source is no file that can be read whole.
 * @throws {@link ObservationError} When we may not look.
 */
export async function resolveContent(
  { content, source }: ContentOptions,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<JsonObject> {
  const bytes =
    source === null
      ? new TextEncoder().encode(content ?? "")
      : await readSource(absolutePath(scope.root, source), world, scope);
  return { sha256: scope.keep(bytes), sizeBytes: bytes.length };
}

/**
 * Tells what a file should hold, as it was looked up.
 *
 * @param subject - The file.
 * @param _world - The world.
 * @param scope - Where content is kept.
 * @returns The content.
 */
export function contentOfFile(
  { resolved }: Subject<ContentOptions>,
  _world: DeployWorld,
  scope: LifecycleScope,
): FileContent {
  const { sha256: hash, sizeBytes } = resolved;
  const sha256 = typeof hash === "string" ? hash : "";
  const wantedBytes = typeof sizeBytes === "number" ? sizeBytes : 0;
  return {
    isSecret: false,
    secrets: () => Promise.resolve([]),
    bytes: () => scope.content(sha256),
    difference: async (folder, name, entry) => {
      if (entry.sizeBytes === wantedBytes && (await folder.sha256(name)) === sha256) return null;
      if (Math.max(entry.sizeBytes, wantedBytes) > LIMIT_COMPARED_BYTES) {
        return sizeDifference(entry.sizeBytes, wantedBytes);
      }
      const live = await folder.read(name, LIMIT_COMPARED_BYTES);
      // A difference is told also when the content cannot be brought back any more.
      const wanted = await scope.content(sha256).catch(() => null);
      if (live === null || wanted === null) return sizeDifference(entry.sizeBytes, wantedBytes);
      return contentDifference(live, wanted);
    },
  };
}

/**
 * Tells how content differs, without telling any of it: what people put into a file may be a secret.
 *
 * @param live - How it is.
 * @param wanted - How it should be.
 * @returns Sizes, and how many lines differ; null when nothing does.
 */
export function contentDifference(live: Uint8Array, wanted: Uint8Array): Difference | null {
  const lines = differingLines(live, wanted);
  if (lines === null) return null;
  const sizes = sizeDifference(live.length, wanted.length);
  if (lines === "incomparable") return sizes;
  const { first, live: were, wanted: are } = lines;
  const from = `from line ${String(first)}`;
  return {
    field: "content",
    live: `${sizes.live ?? ""}, ${counted(were)} ${from}`,
    wanted: `${sizes.wanted ?? ""}, ${counted(are)} ${from}`,
  };
}

function counted(lines: number): string {
  return lines === 1 ? "1 other line" : `${String(lines)} other lines`;
}

function sizeDifference(live: number, wanted: number): Difference {
  return {
    field: "content",
    live: shownBytes(live, [wanted]),
    wanted: shownBytes(wanted, [live]),
  };
}

async function readSource(
  path: string,
  world: DeployWorld,
  { signal }: LifecycleScope,
): Promise<Uint8Array> {
  const files = await world.files();
  const status = await files.status(path, signal);
  if (status === null) throw wrongSource(`names a file that is not there: ${path}`, "file-missing");
  if (status.type !== "file") {
    throw wrongSource(`must name a file: ${path} is a ${status.type}`, "option-invalid");
  }
  const content = await files.read(path, { limitBytes: LIMIT_FILE_BYTES, signal });
  if (content === null) throw wrongSource(`names a file that has gone: ${path}`, "file-missing");
  if (!content.isTruncated) return content.bytes;
  const limit = shownBytes(LIMIT_FILE_BYTES);
  throw wrongSource(`must name a file of at most ${limit}: ${path} is larger`, "file-too-large");
}

function wrongSource(message: string, code: InvalidOption["code"]): InvalidOption {
  return new InvalidOption(message, { property: "source", code });
}
