import { isRecord } from "../../model/json.ts";
import { singleLine } from "../../model/text.ts";
import { ByteBuffer } from "./byte-buffer.ts";

/** What an engine tells while it fetches an image. */
export interface PullProgress {
  readonly push: (chunk: Buffer) => void;
  /** How far it has come; null while nothing is known. */
  readonly shown: () => string | null;
  /** What went wrong, on one line; null when nothing did. */
  readonly error: () => string | null;
}

const LINE_LIMIT_BYTES = 64 * 1024;
const LAYER_LIMIT = 1_000;
const ERROR_LIMIT_CHARACTERS = 300;
const NEWLINE = 0x0a;
const BYTES_PER_MB = 1_000_000;

/**
 * Reads what an engine tells while it fetches an image: an object of JSON on each line.
 *
 * @returns What takes the bytes. Lines that make no sense, or are too long, are passed over.
 */
export function pullProgress(): PullProgress {
  const line = new ByteBuffer(LINE_LIMIT_BYTES);
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  let error: string | null = null;
  const take = (text: string): void => {
    const event = parsed(text);
    if (event === null) return;
    const { id, progressDetail: detail, error: failure } = event;
    if (typeof failure === "string") {
      error = singleLine(failure).slice(0, ERROR_LIMIT_CHARACTERS);
    }
    if (typeof id !== "string" || !isRecord(detail)) return;
    const { current, total } = detail;
    if (typeof current !== "number" || typeof total !== "number") return;
    if (layers.size < LAYER_LIMIT || layers.has(id)) layers.set(id, { current, total });
  };
  return {
    push: (chunk) => {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        line.append(chunk.subarray(start, end));
        take(line.text());
        line.clear();
        start = end + 1;
      }
      line.append(chunk.subarray(start));
    },
    shown: () => {
      const all = [...layers.values()];
      const sum = (key: "current" | "total"): string =>
        String(Math.round(all.reduce((size, layer) => size + layer[key], 0) / BYTES_PER_MB));
      return all.length === 0 ? null : `${sum("current")} of ${sum("total")} MB`;
    },
    error: () => {
      take(line.text());
      line.clear();
      return error;
    },
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
