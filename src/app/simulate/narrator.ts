import type { Entry } from "../../engine/watch/entry.ts";
import type { Message } from "../../model/incident.ts";
import type { Health } from "../../model/verdict.ts";
import type { WatchEvent } from "../../model/watch-event.ts";
import type { Look, Sync, WatchState } from "../../model/watch-state.ts";
import type { Clock } from "../../ports/clock.ts";

/** One line of what happens in a simulation. */
export interface SimulationLine {
  /** Since it is watched, in milliseconds; 0 while it is deployed. */
  readonly atMs: number;
  /** Null when it is about everything. */
  readonly resource: string | null;
  readonly type: "deploy" | "fault" | "look" | "event" | "message" | "trouble";
  readonly text: string;
}

/** What became of one resource. */
export interface ToldResource {
  readonly resource: string;
  readonly health: Health;
  readonly sync: Sync;
  readonly isReconciled: boolean;
  readonly incidents: number;
  readonly repairs: number;
  /** How long it was not healthy, in milliseconds, as far as anybody knew. */
  readonly downMs: number;
  readonly hasGivenUp: boolean;
  readonly isWell: boolean;
}

/** What is known of one resource so far. */
class Story {
  readonly #nowMs: () => number;
  #health: Health = "unknown";
  #sync: Sync = "unknown";
  #hasGivenUp = false;
  #incidents = 0;
  #repairs = 0;
  #downMs = 0;
  #downSinceMs: number | null = null;
  /** The last look, in words. */
  seen = "";

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add({ type, data }: WatchEvent): void {
    if (type === "incident_opened") this.#incidents += 1;
    if (type === "repair_started") this.#repairs += 1;
    if (type !== "health_changed") return;
    if (data["to"] === "healthy" || data["to"] === "degraded") this.#up();
    else if (data["from"] !== "unknown") this.#downSinceMs ??= this.#nowMs();
  }

  end({ health, sync, repair }: WatchState): void {
    this.#health = health;
    this.#sync = sync;
    this.#hasGivenUp = repair.hasGivenUp;
    this.#up();
  }

  told(resource: string, isReconciled: boolean): ToldResource {
    const [health, sync] = [this.#health, this.#sync];
    const isHealthy = health === "healthy" || health === "degraded";
    return {
      ...{ resource, health, sync, isReconciled },
      incidents: this.#incidents,
      repairs: this.#repairs,
      downMs: Math.round(this.#downMs),
      hasGivenUp: this.#hasGivenUp,
      isWell: isHealthy && sync !== "drifted" && sync !== "missing",
    };
  }

  #up(): void {
    if (this.#downSinceMs === null) return;
    this.#downMs += this.#nowMs() - this.#downSinceMs;
    this.#downSinceMs = null;
  }
}

/** Tells what happens in a simulation, line by line, and what became of each resource. */
export class Narrator {
  readonly lines: SimulationLine[] = [];
  readonly #clock: Pick<Clock, "elapsedMs">;
  readonly #onLine: (line: SimulationLine) => void;
  readonly #stories = new Map<string, Story>();
  #startMs: number | null = null;
  looks = 0;
  messages = 0;

  /**
   * Begins.
   *
   * @param clock - The time.
   * @param onLine - Told of each line.
   */
  constructor(clock: Pick<Clock, "elapsedMs">, onLine: (line: SimulationLine) => void) {
    this.#clock = clock;
    this.#onLine = onLine;
  }

  /** From now on it is watched. */
  start(): void {
    this.#startMs = this.#clock.elapsedMs();
  }

  /**
   * Tells a line.
   *
   * @param resource - What it is about.
   * @param type - What sort of line.
   * @param text - What happened.
   */
  tell(resource: string | null, type: SimulationLine["type"], text: string): void {
    const line = { atMs: this.#atMs(), resource, type, text };
    this.lines.push(line);
    this.#onLine(line);
  }

  /**
   * Tells an event.
   *
   * @param event - The event.
   */
  readonly event = (event: WatchEvent): void => {
    const { type, resource, text } = event;
    if (resource !== null) this.#story(resource).add(event);
    this.tell(resource, "event", `${type.replaceAll("_", " ")}: ${text}`);
  };

  /**
   * Tells a look, where it saw something else than the one before.
   *
   * @param resource - At what.
   * @param look - What was seen.
   */
  readonly look = (resource: string, look: Look): void => {
    this.looks += 1;
    const story = this.#story(resource);
    const [finding] = look.findings;
    const what = finding === undefined ? "" : `: ${finding.name}: ${finding.actual}`;
    const away = look.sync === "drifted" || look.sync === "missing" ? `, ${look.sync}` : "";
    const seen = `${look.verdict}${away}${what}`;
    const isFirstAndWell = story.seen === "" && seen === "pass";
    if (seen === story.seen || isFirstAndWell) {
      story.seen = seen;
      return;
    }
    story.seen = seen;
    this.tell(resource, "look", `looked: ${seen}`);
  };

  /**
   * Tells a message that people get.
   *
   * @param message - The message.
   */
  readonly message = (message: Message): void => {
    const { resource, kind, title } = message;
    this.messages += 1;
    this.tell(resource, "message", `message to people (${kind}): ${title}`);
  };

  /**
   * Takes in how everything is in the end.
   *
   * @param entries - What is believed; nothing when nobody watches.
   */
  end(entries: ReadonlyMap<string, Entry>): void {
    for (const { subject, state } of entries.values()) this.#story(subject.name).end(state);
  }

  /**
   * Tells what became of a resource.
   *
   * @param resource - Its name.
   * @param isReconciled - Whether it may be repaired.
   * @returns It.
   */
  resource(resource: string, isReconciled: boolean): ToldResource {
    return this.#story(resource).told(resource, isReconciled);
  }

  #story(resource: string): Story {
    const known = this.#stories.get(resource);
    if (known !== undefined) return known;
    const story = new Story(() => this.#clock.elapsedMs());
    this.#stories.set(resource, story);
    return story;
  }

  #atMs(): number {
    return Math.round(this.#clock.elapsedMs() - (this.#startMs ?? this.#clock.elapsedMs()));
  }
}
