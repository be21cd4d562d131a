import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { isRecord } from "../../model/json.ts";
import type { LockHolder } from "../../ports/project-lock.ts";

const LIMIT_CHARACTERS = 300;
const LIMIT_BYTES = 64 * 1024;

/**
 * Tells who holds a lock, as its holder wrote it down.
 *
 * @param path - The file beside the lock.
 * @returns Null when nobody did, or it cannot be read: the lock itself is the kernel's.
 */
export function readHolder(path: string): LockHolder | null {
  try {
    const file = statSync(path);
    // Reading a pipe would wait for ever.
    if (!file.isFile() || file.size > LIMIT_BYTES) return null;
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isHolder(content) ? shortened(content) : null;
  } catch {
    return null;
  }
}

/**
 * Writes down that we hold a lock. It is for people: without it, the lock holds all the same.
 *
 * @param path - The file beside the lock.
 * @param command - What holds it, such as `clockwork apply`.
 */
export function writeHolder(path: string, command: string): void {
  const now = Date.now();
  const holder: LockHolder = {
    pid: process.pid,
    startedAt: Math.round(now - process.uptime() * 1_000),
    host: hostname(),
    command,
    since: now,
  };
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    // A full disk: whoever is refused is told less.
  }
}

/**
 * Says who holds a lock, in a few words.
 *
 * @param holder - Who; null when that is not known.
 * @returns Such as `clockwork apply, pid 7 on web-1, since 2026-11-29T12:03:04Z`.
 */
export function describeHolder(holder: LockHolder | null): string {
  if (holder === null) return "somebody else";
  const { command, pid, host, since } = holder;
  const time = new Date(since).toISOString().replace(/\.\d+Z$/u, "Z");
  return `${command}, pid ${String(pid)} on ${host}, since ${time}`;
}

function isHolder(content: unknown): content is LockHolder {
  if (!isRecord(content)) return false;
  const { pid, startedAt, host, command, since } = content;
  return (
    Number.isSafeInteger(pid) &&
    Number.isFinite(startedAt) &&
    typeof host === "string" &&
    typeof command === "string" &&
    typeof since === "number" &&
    Math.abs(since) <= 8.64e15
  );
}

// Whoever can write the file decides what others read: no escapes, no pages of text.
function shortened(holder: LockHolder): LockHolder {
  const plain = (text: string): string =>
    text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, LIMIT_CHARACTERS);
  return { ...holder, host: plain(holder.host), command: plain(holder.command) };
}
