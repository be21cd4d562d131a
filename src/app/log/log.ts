import { logFile, type LogFile } from "../../adapters/system/log-file.ts";
import { painter, type Color, type Paint } from "../../model/color.ts";
import type { Json } from "../../model/json.ts";
import type { Clock } from "../../ports/clock.ts";
import { writtenFields, type LogFields, type WrittenFields } from "./log-fields.ts";
import { LOG_LEVELS, type LogLevel } from "./log-level.ts";
import { jsonLine, oneLine, withoutSecrets } from "./log-text.ts";

/** What is logged, and to which file: `log` of the settings. */
export interface LogSettings {
  /** What matters less is not logged. */
  readonly level: LogLevel;
  /** Null for none. */
  readonly file: string | null;
  /** At this size another file is begun. */
  readonly maxBytes: number;
  /** How many older files are kept. */
  readonly keep: number;
}

/** A terminal, or whatever stands in its place. */
export interface LogTerminal {
  /** Takes text with its newline. */
  readonly write: (text: string) => void;
  /** True when colour escapes are welcome. */
  readonly hasColor: boolean;
}

/** Where a log goes. */
export interface LogOptions {
  readonly settings: LogSettings;
  /** Null when people see otherwise what happens: then only the file has the log. */
  readonly terminal: LogTerminal | null;
  readonly clock: Pick<Clock, "now">;
  /** Told once when the file cannot be written, and again after it could; the terminal by default. */
  readonly onFailure?: (text: string) => void;
}

/**
 * Takes entries: what happened, and facts about it. `project` and `resource` among them say what it is about. It never throws,
 * and holds no credentials of URLs, no cookies, nothing whose name says that it is a secret.
 */
export interface Log {
  readonly debug: LogEntry;
  readonly info: LogEntry;
  readonly warn: LogEntry;
  readonly error: LogEntry;
  /** Whether entries of a level are written: who writes many need not make them in vain. */
  readonly isWritten: (level: LogLevel) => boolean;
  /** Makes a log whose entries all have these facts, too. */
  readonly with: (fields: LogFields) => Log;
}

/** Writes an entry. */
export type LogEntry = (message: string, fields?: LogFields) => void;

/** A log that can be told to go elsewhere, when settings are loaded anew. */
export interface OpenLog extends Log {
  readonly change: (settings: LogSettings) => void;
  /** Writes an entry to the file alone: what people are told in another way. */
  readonly note: (level: LogLevel, message: string) => void;
}

/**
 * Opens the structured log: readable lines on a terminal, lines of JSON in a file that is rotated by size.
 *
 * `clockwork up` and `clockwork serve` open one with `settings.log` of `loadSettings()`, give `serverLog(log)` to the server, write
 * their events with `log.with({ project })`, and call `change(settings.log)` when settings were loaded anew.
 *
 * @param options - Where it goes.
 * @returns The log; nothing has to be closed.
 */
export function openLog(options: LogOptions): OpenLog {
  const sink = new Sink(options);
  return { ...logOf(sink, {}), change: sink.change, note: sink.note };
}

function logOf(sink: Sink, common: LogFields): Log {
  const entry =
    (level: LogLevel): LogEntry =>
    (message, fields = {}) => {
      sink.write(level, message, [common, fields]);
    };
  return {
    debug: entry("debug"),
    info: entry("info"),
    warn: entry("warn"),
    error: entry("error"),
    isWritten: sink.isWritten,
    with: (fields) => logOf(sink, { ...common, ...fields }),
  };
}

const COLORS: Readonly<Record<LogLevel, Color>> = {
  debug: "dim",
  info: "plain",
  warn: "yellow",
  error: "red",
};

class Sink {
  readonly #options: LogOptions;
  readonly #paint: Paint;
  #settings: LogSettings;
  #file: LogFile | null;
  #isFailing = false;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#paint = painter(options.terminal?.hasColor === true);
    this.#settings = options.settings;
    this.#file = fileOf(options.settings);
  }

  readonly isWritten = (level: LogLevel): boolean =>
    LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.#settings.level) &&
    (this.#file !== null || this.#options.terminal !== null);

  readonly change = (settings: LogSettings): void => {
    if (settings.file !== this.#settings.file) this.#isFailing = false;
    this.#settings = settings;
    this.#file = fileOf(settings);
  };

  readonly note = (level: LogLevel, message: string): void => {
    this.#try(level, (time) => {
      this.#keep(time, level, { message: withoutSecrets(message), fields: {} });
    });
  };

  write(level: LogLevel, message: string, [common, own]: readonly [LogFields, LogFields]): void {
    this.#try(level, (time) => {
      const said = {
        message: withoutSecrets(message),
        fields: writtenFields({ ...common, ...own }),
      };
      this.#options.terminal?.write(`${this.#line(time, level, said)}\n`);
      this.#keep(time, level, said);
    });
  }

  #try(level: LogLevel, put: (time: string) => void): void {
    if (!this.isWritten(level)) return;
    try {
      put(new Date(this.#options.clock.now()).toISOString());
    } catch {
      // Whoever logs has something else to do than to care for its log.
    }
  }

  #keep(time: string, level: LogLevel, { message, fields }: Said): void {
    if (this.#file === null) return;
    const problem = this.#file.append(jsonLine({ time, level, message, ...fields }));
    const isNew = problem !== null && !this.#isFailing;
    this.#isFailing = problem !== null;
    if (!isNew) return;
    const text = `the log file cannot be written: ${oneLine(problem)}`;
    const { onFailure, terminal } = this.#options;
    if (onFailure !== undefined) onFailure(text);
    else terminal?.write(`${this.#line(time, "error", { message: text, fields: {} })}\n`);
  }

  #line(time: string, level: LogLevel, { message, fields }: Said): string {
    const { project, resource, ...rest } = fields;
    const about = [project, resource].filter((part) => typeof part === "string").join("/");
    const facts = Object.entries(rest).map(([name, value]) => `${name}=${shown(value)}`);
    const words = [
      this.#paint("dim", time),
      this.#paint(COLORS[level], level.padEnd(LONGEST_LEVEL)),
      oneLine(about === "" ? message : `${about}: ${message}`),
      ...(facts.length === 0 ? [] : [this.#paint("dim", oneLine(facts.join(" ")))]),
    ];
    return words.join(" ");
  }
}

interface Said {
  readonly message: string;
  readonly fields: WrittenFields;
}

const LONGEST_LEVEL = Math.max(...LOG_LEVELS.map(({ length }) => length));
const PLAIN = /^[^\s"=]+$/u;

function fileOf({ file, maxBytes, keep }: LogSettings): LogFile | null {
  return file === null ? null : logFile(file, { limitBytes: maxBytes, keep });
}

// A stack is for the file: on a terminal, the message says enough.
function shown(value: Json): string {
  if (typeof value === "string") return PLAIN.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value, (key, part: unknown) => (key === "stack" ? undefined : part));
}
