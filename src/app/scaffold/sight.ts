import type { World } from "../../ports/world.ts";
import type { Draft } from "./draft.ts";

/** Where and for how long is looked. */
export interface SightScope {
  readonly world: World;
  /** The absolute path of the project's folder. */
  readonly root: string;
  /** The absolute path that what people type is relative to. */
  readonly cwd: string;
  /** Ends the attempt to tell what a word means. */
  readonly signal: AbortSignal;
}

/** What was seen. */
export interface Sighting {
  /** False when it is not there, or not as anybody would want it. */
  readonly isThere: boolean;
  /** In a few words: `answers 200 OK in 12 ms`. */
  readonly seen: string;
  /** What people should know of the draft; each a sentence without its full stop. */
  readonly notes: readonly string[];
  readonly draft: Draft;
}

/** Something that a word means. */
export interface Subject {
  /** What it is called in messages. */
  readonly label: string;
  /**
   * Looks at it.
   *
   * @param signal - Gives up.
   * @throws {@link TransportError} When it gives no answer.
   * @throws {@link ObservationError} When we cannot look.
   */
  readonly look: (signal: AbortSignal) => Promise<Sighting>;
  /** What is written for it when nobody saw it. */
  readonly unseen: () => Draft;
}

/** A form in which people name things that can be added. */
export interface Sight {
  /** As it is listed when nothing fits: `a URL (http://… or https://…)`. */
  readonly form: string;
  /**
   * Tells what a word means.
   *
   * @returns Null when it has another form.
   * @throws {@link UnusableWord} When it has this form, and no sense.
   * @throws {@link ObservationError} When it takes a look to tell, and we cannot look.
   */
  readonly recognise: (word: string, scope: SightScope) => Promise<Subject | null>;
}

/** A word that has a form and no sense: a port beyond 65535. */
export class UnusableWord extends Error {
  override readonly name: string = "UnusableWord";
}
