import { DeployError } from "../../model/deploy-errors.ts";
import type { Access, Folder } from "../../ports/disk.ts";
import type { SimulatedNode, SimulatedTree } from "./simulated-node.ts";

/** A folder of a simulated disk, held. */
export class SimulatedFolder implements Folder {
  readonly path: string;
  readonly #disk: SimulatedTree;

  /**
   * Holds a folder.
   *
   * @param path - Absolute; it is there.
   * @param disk - The disk it is on.
   */
  constructor(path: string, disk: SimulatedTree) {
    this.path = path;
    this.#disk = disk;
  }

  readonly look: Folder["look"] = async (name) => {
    const node = this.#find(name);
    if (node === null) return null;
    const { type, bytes, mode, userId, groupId, identity } = node;
    return { type, sizeBytes: bytes.length, mode, userId, groupId, identity };
  };

  readonly read: Folder["read"] = async (name, limitBytes) => {
    const node = this.#find(name);
    return node?.type === "file" ? node.bytes.slice(0, limitBytes) : null;
  };

  readonly sha256: Folder["sha256"] = async (name) => {
    const node = this.#find(name);
    return node?.type === "file" ? this.#disk.parts.sha256(node.bytes) : null;
  };

  readonly names: Folder["names"] = async (name, limit) => {
    const prefix = `${this.#at(name) === "/" ? "" : this.#at(name)}/`;
    const names: string[] = [];
    for (const path of this.#disk.nodes.keys()) {
      const rest = path.startsWith(prefix) ? path.slice(prefix.length) : "";
      if (rest !== "" && !rest.includes("/") && names.length < limit) names.push(rest);
    }
    return names;
  };

  readonly write: Folder["write"] = async (name, bytes, access) => {
    this.#refuseFull(name);
    this.#refuseTaken(name);
    this.#put(name, this.#disk.node("file", bytes), access);
  };

  readonly giveName: Folder["giveName"] = async (from, to) => {
    const node = this.#find(from);
    if (node === null) throw new DeployError(`there is no ${from} in ${this.path}`);
    if (this.#find(to) !== null) return false;
    this.#move(from, to, node);
    if (node.type === "file") this.#disk.nodes.set(this.#at(from), node);
    return true;
  };

  readonly replace: Folder["replace"] = async (from, to) => {
    const node = this.#find(from);
    if (node === null) throw new DeployError(`there is no ${from} in ${this.path}`);
    this.#disk.removeTree(this.#at(to));
    this.#move(from, to, node);
  };

  readonly remove: Folder["remove"] = async (name) => {
    if (this.#find(name)?.type === "file") this.#disk.nodes.delete(this.#at(name));
  };

  readonly makeFolder: Folder["makeFolder"] = async (name, access) => {
    this.#refuseFull(name);
    this.#refuseTaken(name);
    this.#put(name, this.#disk.node("directory"), access);
  };

  readonly removeFolder: Folder["removeFolder"] = async (name) => {
    if ((await this.names(name, 1)).length > 0) return false;
    this.#disk.nodes.delete(this.#at(name));
    return true;
  };

  readonly removeTree: Folder["removeTree"] = async (name) => {
    this.#disk.removeTree(this.#at(name));
  };

  readonly setAccess: Folder["setAccess"] = async (name, access) => {
    const node = this.#find(name);
    if (node !== null) grant(node, access);
  };

  readonly sync: Folder["sync"] = async () => undefined;

  /** Lets go of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing was opened.
  }

  #at(name: string): string {
    if (name === ".") return this.path;
    return this.path === "/" ? `/${name}` : `${this.path}/${name}`;
  }

  #find(name: string): SimulatedNode | null {
    return this.#disk.nodes.get(this.#at(name)) ?? null;
  }

  #put(name: string, node: SimulatedNode, access: Access): void {
    grant(node, access);
    this.#disk.nodes.set(this.#at(name), node);
  }

  // A folder takes with it what is in it.
  #move(from: string, to: string, node: SimulatedNode): void {
    const [old, fresh] = [this.#at(from), this.#at(to)];
    const inside = [...this.#disk.nodes].filter(([path]) => path.startsWith(`${old}/`));
    this.#disk.removeTree(old);
    this.#disk.nodes.set(fresh, node);
    for (const [path, each] of inside) {
      this.#disk.nodes.set(`${fresh}${path.slice(old.length)}`, each);
    }
  }

  #refuseTaken(name: string): void {
    if (this.#find(name) !== null) throw new DeployError(`${this.#at(name)} is there already`);
  }

  #refuseFull(name: string): void {
    if (!this.#disk.isFull) return;
    throw new DeployError(`cannot write ${this.#at(name)}: no space left on the disk`);
  }
}

function grant(node: SimulatedNode, { mode, userId, groupId }: Access): void {
  const given = { ...(mode === null ? {} : { mode }) };
  Object.assign(
    node,
    given,
    userId === null ? {} : { userId },
    groupId === null ? {} : { groupId },
  );
}
