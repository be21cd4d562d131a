import { isUtf8 } from "node:buffer";
import { createReadStream, opendirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { addAbortSignal, Readable } from "node:stream";
import { abortReason } from "../../model/abort.ts";
import type { Code } from "../../model/codes.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { positionsIn } from "./json-source.ts";
import { closest, quoted } from "../../model/wording.ts";

/** The name of standard input where a file is asked for. */
const STANDARD_INPUT = "-";

const LIMIT_MEBIBYTES = 10;
const LIMIT_BYTES = LIMIT_MEBIBYTES * 2 ** 20;

/** How many names of a folder are looked at to find one that was meant. */
const LIMIT_NAMES = 10_000;

/** A byte order mark, which some editors put in front of a text. */
const BYTE_ORDER_MARK = "\uFEFF";

/** What reading a text needs besides its path. */
export interface TextFileOptions {
  /** Standard input, read when the path is `-`. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** Ends the reading of what may never end: standard input, a pipe, a device. */
  readonly signal?: AbortSignal | undefined;
  /** What the file could hold, on one line; shown when there is none. */
  readonly example: string;
}

/**
 * Reads a text of at most 10 MiB in UTF-8. A byte order mark in front of it stays.
 *
 * @param path - A file, a pipe, or `-` for standard input.
 * @param options - Standard input, and an example for the hint.
 * @returns The text.
 * @throws {@link ConfigurationError} When there is no such file, or it cannot be read, is too large, or is not UTF-8.
 * @throws The reason of the signal.
 */
export async function readTextFile(path: string, options: TextFileOptions): Promise<string> {
  const bytes = await readBytes(path, options).catch((error: unknown) => {
    if (options.signal?.aborted === true) throw abortReason(options.signal);
    throw asProblem(error, path, options.example);
  });
  if (bytes === null) {
    const message = `a file must be at most ${String(LIMIT_MEBIBYTES)} MiB: got more`;
    throw problem("file-too-large", path, message, "split it into several files");
  }
  if (!isUtf8(bytes)) throw notUtf8(bytes, path);
  return bytes.toString("utf8");
}

// Gives null for more than the limit.
async function readBytes(path: string, options: TextFileOptions): Promise<Buffer | null> {
  if (path === STANDARD_INPUT) return await collect(options.stdin, options.signal);
  const status = statSync(path);
  // Pipes and devices may block or never end; a file on disk is read quickest at once.
  if (!status.isFile()) return await collect(createReadStream(path), options.signal);
  if (status.size > LIMIT_BYTES) return null;
  const bytes = readFileSync(path);
  return bytes.length > LIMIT_BYTES ? null : bytes;
}

async function collect(
  source: AsyncIterable<Uint8Array | string>,
  signal: AbortSignal | undefined,
): Promise<Buffer | null> {
  const chunks = source instanceof Readable ? source : Readable.from(source);
  if (signal !== undefined) addAbortSignal(signal, chunks);
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks as AsyncIterable<Uint8Array | string>) {
    const part = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    sizeBytes += part.length;
    if (sizeBytes > LIMIT_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function asProblem(error: unknown, path: string, example: string): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const { code } = error;
  switch (path === STANDARD_INPUT ? null : code) {
    case "ENOENT":
    case "ENOTDIR":
      return problem("file-missing", path, "the file does not exist", missingHint(path, example));
    case "EISDIR": {
      const inside = quoted(join(path, "services.json"));
      const hint = `name a file in it, such as ${inside}`;
      return problem("file-unreadable", path, "a file is needed: got a folder", hint);
    }
    case "EACCES":
    case "EPERM": {
      const message = "a file that may be read is needed: got permission denied";
      return problem("file-unreadable", path, message, "let the user that runs this read it");
    }
    default: {
      const message = `a file that can be read is needed: ${error.message}`;
      return problem("file-unreadable", path, message, null);
    }
  }
}

function missingHint(path: string, example: string): string {
  const folder = dirname(path);
  const similar = closest(basename(path), namesIn(folder, basename(path)));
  if (similar !== null) return `did you mean ${quoted(join(folder, similar))}?`;
  return `make one that holds, for example: ${example}`;
}

// Lists what else is in a folder, or nothing when that cannot be known: it is only for a hint.
function namesIn(folder: string, except: string): readonly string[] {
  const names: string[] = [];
  try {
    using entries = opendirSync(folder);
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      if (names.length === LIMIT_NAMES) break;
      if (entry.name !== except && !entry.isDirectory()) names.push(entry.name);
    }
  } catch {
    return names;
  }
  return names;
}

function notUtf8(bytes: Buffer, path: string): ConfigurationError {
  // Up to the first invalid sequence, what was decoded encodes to the same bytes again.
  const again = Buffer.from(bytes.toString("utf8"));
  const differing = bytes.findIndex((byte, index) => byte !== again[index]);
  // In a stream, a sequence that is not complete is held back.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const same = differing === -1 ? bytes : bytes.subarray(0, differing);
  const valid = decoder.decode(same, { stream: true });
  const offsetBytes = Buffer.byteLength(valid);
  const got = `0x${(bytes[offsetBytes] ?? 0).toString(16).padStart(2, "0")}`;
  const text = withoutMark(valid);
  const diagnostic = {
    code: "json-syntax",
    file: path,
    ...positionsIn(text)(text.length),
    property: null,
    message: `the text must be UTF-8: got the byte ${got} at offset ${String(offsetBytes)}`,
    hint: "save the file as UTF-8",
  } as const;
  return new ConfigurationError([diagnostic]);
}

/**
 * Drops a byte order mark.
 *
 * @param text - A text.
 * @returns The same without the mark in front of it, if there is one.
 */
export function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function problem(
  code: Code,
  file: string,
  message: string,
  hint: string | null,
): ConfigurationError {
  const place = { line: null, column: null, property: null };
  return new ConfigurationError([{ code, file, ...place, message, hint }]);
}
