import type { Marks } from "../model/marks.ts";
import type { UnitInfo } from "./systemd.ts";

/** The file of a unit, in the folder of those that the administrator of a machine writes. */
export interface UnitFile {
  /** Null when it carries none of ours. */
  readonly marks: Marks | null;
  /** Of what stands below the marks, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** False for a link, such as one that masks a unit. */
  readonly isOrdinary: boolean;
}

/** Everything that is known of a unit. */
export interface FoundUnit extends UnitInfo {
  /** Where a file of ours belongs. */
  readonly path: string;
  /** What is there; null when nothing is. */
  readonly file: UnitFile | null;
  /** The file that systemd has read; empty when there is none. */
  readonly fragmentPath: string;
  /** Such as `simple`, `oneshot`; empty when it is not there. */
  readonly serviceType: string;
  /** Such as `enabled`, `disabled`, `static`; empty when it is not there. */
  readonly enablement: string;
  /** True when its files are others by now than those that systemd has read. */
  readonly isStale: boolean;
  /** True when it was started since the machine was. */
  readonly hasRun: boolean;
  /** The exit status of its main process; null when that is not known. */
  readonly exitStatus: number | null;
}

/** systemd, as those see it who change its units. */
export interface SystemdControl {
  /**
   * Looks at a unit.
   *
   * @param unit - With its suffix, such as `nginx.service`.
   * @throws {@link ObservationError} When systemd does not run here or cannot be asked, or the file cannot be read.
   */
  readonly find: (unit: string, signal: AbortSignal) => Promise<FoundUnit>;
  /**
   * Reads the file of a unit, marks included.
   *
   * @returns Null when it is not there.
   * @throws {@link ObservationError} When it cannot be read.
   */
  readonly readFile: (unit: string) => Promise<Uint8Array | null>;
  /**
   * Writes the file of a unit, durably. systemd does not read it by that.
   *
   * @param unit - With its suffix.
   * @param content - What it holds.
   * @param marks - What it carries; null for none.
   * @throws {@link DeployError} When it cannot be written.
   */
  readonly writeFile: (unit: string, content: Uint8Array, marks: Marks | null) => Promise<void>;
  /**
   * Takes the file of a unit away, and what was begun of it; durably.
   *
   * @throws {@link DeployError} When it cannot be taken away.
   */
  readonly eraseFile: (unit: string) => Promise<void>;
  /**
   * Tells why no file can be written.
   *
   * @returns In words; null when one can.
   */
  readonly writingProblem: (unit: string) => Promise<string | null>;
  /**
   * Lets systemd read all files of units again. It starts and stops nothing.
   *
   * @throws {@link DeployError} When it would not.
   */
  readonly reload: (signal: AbortSignal) => Promise<void>;
  /**
   * Has a unit started with the machine, or not.
   *
   * @throws {@link DeployError} When systemd would not.
   */
  readonly setEnabled: (unit: string, isEnabled: boolean, signal: AbortSignal) => Promise<void>;
  /**
   * Starts a unit, and waits until systemd has done so.
   *
   * @throws {@link DeployError} When it has failed.
   */
  readonly start: (unit: string, signal: AbortSignal) => Promise<void>;
  /**
   * Stops a unit, and waits until systemd has done so; one that does not run is stopped.
   *
   * @throws {@link DeployError} When systemd would not.
   */
  readonly stop: (unit: string, signal: AbortSignal) => Promise<void>;
  /** Finds the files with marks. */
  readonly markedUnits: (
    signal: AbortSignal,
  ) => Promise<readonly { readonly unit: string; readonly path: string; readonly marks: Marks }[]>;
}
