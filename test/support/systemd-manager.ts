import { existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { BusMessage } from "../../src/adapters/systemd/message.ts";
import { isList, type WireValue } from "../../src/adapters/systemd/wire.ts";
import type { Answer, Answering } from "./systemd-stand-in.ts";

/** A unit as systemd has it in memory. */
interface Loaded {
  /** What its file held when it was read; null when there was none. */
  text: string | null;
  /** When the file that was read had been changed, in milliseconds. */
  modifiedAt: number;
  fragmentPath: string;
  active: string;
  sub: string;
  result: string;
  status: number;
  hasRun: boolean;
  /** How often its job is still seen before it is done; what comes after that. */
  job: { left: number; readonly then: (unit: Loaded) => void } | null;
  /** What it was started from; null when it does not run. */
  running: string | null;
}

/** A systemd of the tests, and what it has done. */
export interface SystemdManager {
  readonly answer: Answering;
  /** What was called, such as `StartUnit web.service`. */
  readonly calls: string[];
  /** What a unit was started from; null when it does not run. */
  readonly runningText: (unit: string) => string | null;
  readonly isEnabled: (unit: string) => boolean;
  /** Ends a unit, as its process would. */
  readonly end: (unit: string, status: number) => void;
}

const SYSTEMD = "org.freedesktop.systemd1";
const ZERO = { signature: "t", value: 0n } as const;
const SOME_TIME = { signature: "t", value: 1_800_000_000_000_000n } as const;

/**
 * Makes a stand-in for systemd that can be told to change units, as its documentation has it: units are read from folders when
 * somebody asks for them and when it is told to read them again, one that does not run is forgotten, jobs take a while, and a
 * service whose command is `/bin/false` fails.
 */
export function systemdManager(folders: readonly string[]): SystemdManager {
  const manager = new Manager(folders);
  return {
    answer: (call) => manager.answer(call),
    calls: manager.calls,
    runningText: (name) => manager.units.get(name)?.running ?? null,
    isEnabled: (name) => manager.enabled.has(name),
    end: (name, status) => {
      manager.end(name, status);
    },
  };
}

class Manager {
  readonly calls: string[] = [];
  readonly units = new Map<string, Loaded>();
  readonly enabled = new Set<string>();
  readonly #folders: readonly string[];
  readonly #names: string[] = [];

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  answer({ fields, body }: BusMessage): Answer {
    const { member = "", path = "" } = fields;
    const [first] = body;
    if (member === "GetAll")
      return this.#properties(this.#names[Number(path.slice(-3))] ?? "", first);
    const [file] = isList(first) ? first : [first];
    const name = typeof file === "string" ? file : "";
    const isLook = member === "LoadUnit" || member === "GetUnitFileState";
    if (!isLook) this.calls.push(first === undefined ? member : `${member} ${name}`);
    return this.#manage(member, name);
  }

  end(name: string, status: number): void {
    const unit = this.#load(name);
    const isFailed = status !== 0;
    Object.assign(unit, { status, running: null, active: isFailed ? "failed" : "inactive" });
    Object.assign(unit, isFailed ? { sub: "failed", result: "exit-code" } : { sub: "dead" });
  }

  #manage(member: string, name: string): Answer {
    switch (member) {
      case "LoadUnit":
        return object(this.#pathOf(name));
      case "Reload":
        for (const unit of this.units.keys()) this.#read(unit);
        return nothing();
      case "GetUnitFileState":
        return this.#fileState(name);
      case "ReenableUnitFiles":
      case "DisableUnitFiles":
        return this.#install(member, name);
      case "StartUnit":
        return this.#start(name);
      case "StopUnit":
        return this.#stop(name);
      case "ResetFailedUnit":
        return this.#reset(name);
      default:
        return error("org.freedesktop.DBus.Error.UnknownMethod", `Unknown method ${member}.`);
    }
  }

  #pathOf(name: string): string {
    this.#load(name);
    if (!this.#names.includes(name)) this.#names.push(name);
    const index = String(this.#names.indexOf(name)).padStart(3, "0");
    return `/org/freedesktop/systemd1/unit/u${index}`;
  }

  // What does not run is forgotten, and read again.
  #load(name: string): Loaded {
    const unit = this.units.get(name);
    if (unit !== undefined && (unit.active !== "inactive" || unit.job !== null)) return unit;
    return this.#read(name);
  }

  #read(name: string): Loaded {
    const unit = this.units.get(name) ?? fresh();
    const path = this.#fileOf(name);
    const isMasked = path !== null && lstatSync(path).isSymbolicLink();
    unit.text = path === null || isMasked ? null : readFileSync(path, "utf8");
    unit.modifiedAt = path === null ? 0 : lstatSync(path).mtimeMs;
    unit.fragmentPath = path ?? "";
    this.units.set(name, unit);
    return unit;
  }

  #fileOf(name: string): string | null {
    return this.#folders.map((folder) => join(folder, name)).find((path) => isThere(path)) ?? null;
  }

  #fileState(name: string): Answer {
    const path = this.#fileOf(name);
    if (path === null) return error("org.freedesktop.DBus.Error.FileNotFound", "No such file.");
    if (lstatSync(path).isSymbolicLink()) return word("masked");
    if (!readFileSync(path, "utf8").includes("[Install]")) return word("static");
    return word(this.enabled.has(name) ? "enabled" : "disabled");
  }

  #install(member: string, name: string): Answer {
    const path = this.#fileOf(name);
    if (member === "DisableUnitFiles") {
      this.enabled.delete(name);
      return { signature: "a(sss)", body: [[]] };
    }
    if (path === null) return error(`${SYSTEMD}.NoSuchUnit`, `Unit ${name} does not exist`);
    const hasInstall = readFileSync(path, "utf8").includes("[Install]");
    if (hasInstall) this.enabled.add(name);
    return { signature: "ba(sss)", body: [hasInstall, []] };
  }

  #start(name: string): Answer {
    const unit = this.#load(name);
    const { text } = unit;
    if (text === null) return error(`${SYSTEMD}.NoSuchUnit`, `Unit ${name} not found.`);
    const command = /^ExecStart=(.*)$/mu.exec(text)?.[1];
    if (command === undefined) {
      return error(`${SYSTEMD}.BadUnitSetting`, `Unit ${name} has a bad unit file setting.`);
    }
    unit.hasRun = true;
    if (unit.active === "active") return object("/org/freedesktop/systemd1/job/1");
    Object.assign(unit, { active: "activating", sub: "start" });
    const isOneshot = text.includes("Type=oneshot");
    const fails = command === "/bin/false";
    unit.job = {
      left: 2,
      then: () => {
        if (fails || isOneshot) this.end(name, fails ? 1 : 0);
        else Object.assign(unit, { active: "active", sub: "running", running: text });
      },
    };
    return object("/org/freedesktop/systemd1/job/1");
  }

  #stop(name: string): Answer {
    const unit = this.#load(name);
    const isUnknown = unit.text === null && unit.active === "inactive";
    if (isUnknown) return error(`${SYSTEMD}.NoSuchUnit`, `Unit ${name} not loaded.`);
    if (unit.active === "active" || unit.active === "activating") {
      Object.assign(unit, { active: "deactivating", sub: "stop-sigterm" });
      const then = (): void => {
        Object.assign(unit, { active: "inactive", sub: "dead", running: null });
      };
      unit.job = { left: 2, then };
    }
    return object("/org/freedesktop/systemd1/job/2");
  }

  #reset(name: string): Answer {
    const unit = this.units.get(name);
    if (unit === undefined) return error(`${SYSTEMD}.NoSuchUnit`, `Unit ${name} not loaded.`);
    if (unit.active === "failed") Object.assign(unit, { active: "inactive", sub: "dead" });
    return nothing();
  }

  #properties(name: string, of: WireValue | undefined): Answer {
    const unit = this.units.get(name) ?? fresh();
    if (of === `${SYSTEMD}.Service`) return dictionary(serviceProperties(unit));
    const hasJob = unit.job !== null;
    const properties = { ...unitProperties(unit), NeedDaemonReload: this.#isStale(name, unit) };
    if (unit.job !== null) {
      unit.job.left -= 1;
      if (unit.job.left <= 0) {
        const { then } = unit.job;
        unit.job = null;
        then(unit);
      }
    }
    return dictionary({
      ...properties,
      Job: { signature: "(uo)", value: hasJob ? [7, "/org/freedesktop/systemd1/job/7"] : [0, "/"] },
    });
  }

  #isStale(name: string, unit: Loaded): WireValue {
    const path = this.#fileOf(name);
    const modifiedAt = path === null ? 0 : lstatSync(path).mtimeMs;
    const isOther = (path ?? "") !== unit.fragmentPath || modifiedAt !== unit.modifiedAt;
    return { signature: "b", value: isOther };
  }
}

function fresh(): Loaded {
  const state = { active: "inactive", sub: "dead", result: "success", status: 0, hasRun: false };
  return { ...state, text: null, modifiedAt: 0, fragmentPath: "", job: null, running: null };
}

function unitProperties(unit: Loaded): Readonly<Record<string, WireValue>> {
  const isMasked = unit.text === null && unit.fragmentPath !== "";
  const absent = isMasked ? "masked" : "not-found";
  const load = unit.text === null ? absent : loadStateOf(unit.text);
  const text = (value: string): WireValue => ({ signature: "s", value });
  return {
    LoadState: text(load),
    ActiveState: text(unit.active),
    SubState: text(unit.sub),
    FragmentPath: text(unit.fragmentPath),
    InactiveExitTimestamp: unit.hasRun ? SOME_TIME : ZERO,
  };
}

function loadStateOf(text: string): string {
  return text.includes("ExecStart=") ? "loaded" : "bad-setting";
}

function serviceProperties(unit: Loaded): Readonly<Record<string, WireValue>> {
  const type = /^Type=(.*)$/mu.exec(unit.text ?? "")?.[1] ?? "simple";
  const hasEnded = unit.hasRun && unit.running === null && unit.job === null;
  return {
    Type: { signature: "s", value: type },
    Result: { signature: "s", value: unit.result },
    ExecMainStatus: { signature: "i", value: unit.status },
    ExecMainExitTimestamp: hasEnded ? SOME_TIME : ZERO,
  };
}

function isThere(path: string): boolean {
  if (existsSync(path)) return true;
  try {
    return readlinkSync(path) !== "";
  } catch {
    return false;
  }
}

function dictionary(entries: Readonly<Record<string, WireValue>>): Answer {
  return { signature: "a{sv}", body: [Object.entries(entries)] };
}

function object(path: string): Answer {
  return { signature: "o", body: [path] };
}

function word(text: string): Answer {
  return { signature: "s", body: [text] };
}

function nothing(): Answer {
  return { signature: "", body: [] };
}

function error(errorName: string, text: string): Answer {
  return { errorName, text };
}
