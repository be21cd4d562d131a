import type { Disk } from "../../ports/disk.ts";
import type { Files } from "../../ports/files.ts";
import type { Clock } from "../../ports/clock.ts";
import { ObservationError } from "../../model/errors.ts";
import { SimulatedFolder } from "./simulated-folder.ts";
import type { SimulatedNode, SimulatedTree } from "./simulated-node.ts";

/** What a simulated disk runs on. */
export interface DiskParts {
  readonly clock: Clock;
  /** The folder of the project, absolute. */
  readonly root: string;
  readonly sha256: (bytes: Uint8Array) => string;
  /** What stands there in the real world and may be read, such as the source of a file; null when nothing does. */
  readonly outside: (path: string) => Uint8Array | null;
}

/** Folders that every machine has. */
const USUAL_FOLDERS =
  "/etc /tmp /var /var/lib /var/log /var/www /srv /opt /home /root /usr /usr/local /run";
const FOLDER_MODE = 0o755;
const TOTAL_BYTES = 100 * 1024 ** 3;

/** A disk that exists only in the simulation. */
export class SimulatedDisk implements Disk, Files, SimulatedTree {
  readonly nodes = new Map<string, SimulatedNode>();
  readonly parts: DiskParts;
  /** True while nothing can be written. */
  isFull = false;
  #count = 0;

  /**
   * Makes a disk with the folders that every machine has, and that of the project.
   *
   * @param parts - What it runs on.
   */
  constructor(parts: DiskParts) {
    this.parts = parts;
    for (const path of ["/", ...USUAL_FOLDERS.split(" "), ...ancestorsOf(`${parts.root}/x`)]) {
      if (!this.nodes.has(path)) this.nodes.set(path, this.node("directory"));
    }
  }

  readonly locate: Disk["locate"] = async (path) => {
    const rest: string[] = [];
    let above = path;
    do {
      rest.unshift(nameOf(above));
      above = parentOf(above);
    } while (this.nodes.get(above)?.type !== "directory");
    return { folder: above, rest, distrusted: null };
  };

  readonly open: Disk["open"] = async (path) =>
    this.nodes.get(path)?.type === "directory" ? new SimulatedFolder(path, this) : null;

  readonly account: Disk["account"] = async (name) => ({ userId: numberOf(name), groupId: null });

  readonly group: Disk["group"] = async (name) => numberOf(name);

  readonly status: Files["status"] = async (path) => {
    const node = this.#at(path);
    if (node === null) return null;
    const { type, mode, userId, groupId, modifiedAt, bytes } = node;
    return { type, sizeBytes: bytes.length, mode, userId, groupId, modifiedAt };
  };

  readonly read: Files["read"] = async (path, { limitBytes }) => {
    const node = this.#at(path);
    if (node === null) return null;
    if (node.type !== "file") throw new ObservationError(`${path} is no file`);
    const { bytes } = node;
    return { bytes: bytes.slice(0, limitBytes), isTruncated: bytes.length > limitBytes };
  };

  readonly sha256: Files["sha256"] = async (path) => {
    const node = this.#at(path);
    return node === null ? null : this.parts.sha256(node.bytes);
  };

  readonly diskSpace: Files["diskSpace"] = async () => {
    const usedBytes = this.isFull ? TOTAL_BYTES : TOTAL_BYTES / 4;
    return { totalBytes: TOTAL_BYTES, usedBytes, availableBytes: TOTAL_BYTES - usedBytes };
  };

  readonly diskUsageBytes: Files["diskUsageBytes"] = async (path) => {
    const absolute = this.absolute(path);
    if (!this.nodes.has(absolute)) return null;
    let sum = 0;
    for (const [each, { bytes }] of this.nodes) {
      if (each === absolute || each.startsWith(`${absolute}/`)) sum += bytes.length;
    }
    return sum;
  };

  readonly userName: Files["userName"] = async (userId) => (userId === 0 ? "root" : String(userId));

  readonly groupName: Files["groupName"] = async (groupId) =>
    groupId === 0 ? "root" : String(groupId);

  /**
   * Makes something that stands nowhere yet.
   *
   * @param type - What.
   * @param bytes - What it holds.
   * @returns It.
   */
  node(type: SimulatedNode["type"], bytes: Uint8Array = new Uint8Array()): SimulatedNode {
    this.#count += 1;
    const identity = `1:${String(this.#count)}`;
    const mode = type === "file" ? 0o644 : FOLDER_MODE;
    return {
      type,
      identity,
      bytes,
      mode,
      userId: 0,
      groupId: 0,
      modifiedAt: this.parts.clock.now(),
    };
  }

  /**
   * Takes something away, with all that is in it.
   *
   * @param path - Absolute.
   */
  removeTree(path: string): void {
    for (const each of this.nodes.keys()) {
      if (each === path || each.startsWith(`${path}/`)) this.nodes.delete(each);
    }
  }

  /**
   * Tells where a path is.
   *
   * @param path - As people wrote it.
   * @returns Absolute.
   */
  absolute(path: string): string {
    const parts: string[] = [];
    const whole = path.startsWith("/") ? path : `${this.parts.root}/${path}`;
    for (const part of whole.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  #at(path: string): SimulatedNode | null {
    const absolute = this.absolute(path);
    const node = this.nodes.get(absolute);
    if (node !== undefined) return node;
    const bytes = this.parts.outside(absolute);
    return bytes === null ? null : { ...this.node("file", bytes), modifiedAt: 0 };
  }
}

/**
 * Tells which folder something is in.
 *
 * @param path - Absolute.
 * @returns Its folder; the top is in itself.
 */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function ancestorsOf(path: string): readonly string[] {
  const parent = parentOf(path);
  return parent === "/" ? [] : [...ancestorsOf(parent), parent];
}

// Who is a name here is somebody of this machine all the same.
function numberOf(name: string): number {
  if (/^\d{1,9}$/u.test(name)) return Number(name);
  return name === "root" ? 0 : 1_000;
}
