import type { Marks } from "../model/marks.ts";
import type { ProgramInfo, SupervisorAddress } from "./supervisor.ts";

/** A program in a group of its own, and where its section is. */
export interface ProgramPlace {
  readonly address: SupervisorAddress;
  /** Its name, without a group. */
  readonly program: string;
  /** The folder of the files that supervisord includes, absolute; null for where its own configuration says. */
  readonly configFolder: string | null;
  /** Where its section was written last; null when it never was. */
  readonly knownFile: string | null;
}

/** How a program is run. What a file says may lack any of it. */
export interface ProgramDefinition {
  readonly command: readonly string[];
  readonly cwd: string | null;
  readonly user: string | null;
  /** With the secrets in it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly autoStart: boolean;
  readonly autoRestart: boolean;
}

/** A file with the section of a program. */
export interface ProgramFile {
  readonly path: string;
  /** Null when it carries none of ours. */
  readonly marks: Marks | null;
  /** As it stands there; null where it makes no sense, or is not there. */
  readonly definition: { readonly [K in keyof ProgramDefinition]: ProgramDefinition[K] | null };
  /** What else stands there: names of options and sections. At most 20. */
  readonly others: readonly string[];
}

/** Everything that is known of a program. */
export interface FoundProgram {
  /** The file that its section belongs in; null where there is none to be found. */
  readonly path: string | null;
  /** Why not, and how to mend it; both null where there is one. */
  readonly problem: string | null;
  readonly hint: string | null;
  /** The file there, or where it was written last; null when neither is. */
  readonly file: ProgramFile | null;
  /** Another file that defines something of its name; null when none does that we can read. */
  readonly definedIn: string | null;
  /** Null when supervisord does not have it. */
  readonly info: ProgramInfo | null;
}

/** What supervisord's configuration has that it does not run, and the other way round: names of groups. */
export interface ConfigurationChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** How a text becomes the section of a program. */
export interface SectionOptions {
  readonly definition: ProgramDefinition;
  readonly marks: Marks;
  /** True when others may not read it. */
  readonly isSecret: boolean;
}

/** supervisord, as those see it who change its programs. No method touches any other program. */
export interface SupervisorControl {
  /**
   * Looks at a program.
   *
   * @throws {@link ObservationError} When supervisord cannot be asked, or a file cannot be read.
   */
  readonly find: (place: ProgramPlace, signal: AbortSignal) => Promise<FoundProgram>;
  /**
   * Writes the section of a program into a file of its own, durably.
   *
   * @param path - As {@link FoundProgram.path} says.
   * @param program - Its name.
   * @param options - What it says.
   * @returns Puts back what was there before.
   * @throws {@link DeployError} When it cannot be written.
   */
  readonly writeSection: (
    path: string,
    program: string,
    options: SectionOptions,
  ) => Promise<() => Promise<void>>;
  /**
   * Takes a file with a section away, and what was begun of it; durably.
   *
   * @throws {@link DeployError} When it cannot be taken away.
   */
  readonly eraseSection: (path: string) => Promise<void>;
  /**
   * Tells why nothing can be written there.
   *
   * @param path - As {@link FoundProgram.path} says.
   * @returns In words; null when it can.
   */
  readonly writingProblem: (path: string) => Promise<string | null>;
  /**
   * Lets supervisord read its configuration again. It starts and stops nothing.
   *
   * @throws {@link DeployError} When it cannot read it, and tells why.
   */
  readonly reload: (
    address: SupervisorAddress,
    signal: AbortSignal,
  ) => Promise<ConfigurationChanges>;
  /**
   * Adds a group that is configured; one that is there already is left as it is.
   *
   * @returns False when supervisord knows no configuration of it.
   */
  readonly addGroup: (
    address: SupervisorAddress,
    group: string,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /**
   * Starts a program; one that runs is left alone. Does not wait until it counts as running.
   *
   * @throws {@link DeployError} When it cannot be started, such as for want of the program.
   */
  readonly start: (
    address: SupervisorAddress,
    program: string,
    signal: AbortSignal,
  ) => Promise<void>;
  /**
   * Lists programs as they are now, however many others ask at this moment.
   *
   * @throws {@link ObservationError} When supervisord cannot be asked.
   */
  readonly programs: (
    address: SupervisorAddress,
    signal: AbortSignal,
  ) => Promise<readonly ProgramInfo[]>;
  /**
   * Tells a program to stop; one that does not run is left alone. Does not wait until it has ended.
   *
   * @throws {@link DeployError} When supervisord would not.
   */
  readonly stop: (
    address: SupervisorAddress,
    program: string,
    signal: AbortSignal,
  ) => Promise<void>;
  /**
   * Stops a program and takes its group away, and waits until that is done; one that is not there is none.
   *
   * @throws {@link DeployError} When it does not stop.
   */
  readonly stopAndRemove: (
    address: SupervisorAddress,
    program: string,
    signal: AbortSignal,
  ) => Promise<void>;
  /**
   * Reads the end of what a program has written.
   *
   * @returns Whole lines, at most 4 KiB of each; empty where there is none.
   */
  readonly logTail: (
    address: SupervisorAddress,
    program: string,
    signal: AbortSignal,
  ) => Promise<{ readonly stdout: string; readonly stderr: string }>;
  /**
   * Finds the files with marks that the supervisord of this machine includes.
   *
   * @returns Nothing where there is no supervisord.
   */
  readonly markedFiles: (
    signal: AbortSignal,
  ) => Promise<
    readonly { readonly path: string; readonly program: string; readonly marks: Marks }[]
  >;
}
