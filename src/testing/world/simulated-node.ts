import type { FileType } from "../../ports/files.ts";

/** Something on a simulated disk. */
export interface SimulatedNode {
  readonly type: Extract<FileType, "file" | "directory">;
  readonly identity: string;
  bytes: Uint8Array;
  mode: number;
  userId: number;
  groupId: number;
  modifiedAt: number;
}

/** All that is on a simulated disk. */
export interface SimulatedTree {
  /** By path, absolute. */
  readonly nodes: Map<string, SimulatedNode>;
  /** True while nothing can be written. */
  readonly isFull: boolean;
  readonly parts: { readonly sha256: (bytes: Uint8Array) => string };
  /** Makes something that stands nowhere yet. */
  readonly node: (type: SimulatedNode["type"], bytes?: Uint8Array) => SimulatedNode;
  /** Takes something away, with all that is in it. */
  readonly removeTree: (path: string) => void;
}
