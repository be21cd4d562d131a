import type { Message } from "../model/incident.ts";

/** Where people hear of incidents. */
export interface Channel {
  /** Unique in a project. */
  readonly name: string;
  /**
   * Delivers a message. The same one may come again after a crash: its id tells.
   *
   * @throws Error When it could not be delivered: it is tried again later.
   */
  readonly deliver: (message: Message, signal: AbortSignal) => Promise<void>;
}
