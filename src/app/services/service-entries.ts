import type { ConfigurationError } from "../../model/diagnostic.ts";
import {
  DEFAULT_EXPECTED_STATUS,
  DEFAULT_TIMEOUT_SECONDS,
  type ServiceConfig,
} from "../../model/service.ts";
import type { JsonMember, JsonNode, JsonObject } from "./json-source.ts";
import type { Problems } from "./problems.ts";
import {
  expectedStatusOf,
  nameOf,
  shown,
  timeoutOf,
  urlOf,
  type Complain,
} from "./service-fields.ts";
import { closest, quoted } from "../../model/wording.ts";

/** An entry as it could be. */
export const EXAMPLE_SERVICE = '{ "name": "api", "url": "http://localhost:8080/health" }';

const REQUIRED = ["name", "url"] as const;
const FIELDS = [...REQUIRED, "expected_status", "timeout"] as const;

/** What makes a list a task file. */
const TASK_KEYS: ReadonlySet<string> = new Set(["check_type", "checkType"]);

const PLAIN_KEY = /^[A-Za-z_$][\w$]{0,63}$/u;

/** Reads the entries of a services file, and notes what is wrong with them. */
export class ServiceReader {
  readonly #problems: Problems;
  readonly #services: ServiceConfig[] = [];
  /** What the entries declare, in their order; it counts only when no problem was noted. */
  readonly services: readonly ServiceConfig[] = this.#services;
  /** Where each name stands first. */
  readonly #names = new Map<string, number>();
  /** Where each key of the present entry stands first. */
  readonly #keys = new Map<string, number>();

  /**
   * Starts without entries.
   *
   * @param problems - Where problems are noted.
   */
  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /**
   * Reads one entry.
   *
   * @param entry - The entry.
   * @param index - Its place in the list, from 0.
   * @throws {@link ConfigurationError} When it belongs to a task file.
   */
  read(entry: JsonNode, index: number): void {
    if (entry.kind === "object") this.#services.push(this.#service(entry, index));
    else this.#addNoObject(entry, index);
  }

  #service(entry: JsonObject, index: number): ServiceConfig {
    const service = {
      name: "",
      url: "",
      expectedStatus: DEFAULT_EXPECTED_STATUS,
      timeout: DEFAULT_TIMEOUT_SECONDS,
    };
    this.#addMissing(entry, index);
    this.#keys.clear();
    for (const member of entry.members) {
      if (this.#isRepeated(member, index)) continue;
      const { key, value } = member;
      const complain = this.#complaintsAt(member, index);
      switch (key) {
        case "name":
          service.name = this.#uniqueName(value, complain);
          break;
        case "url":
          service.url = urlOf(value, complain) ?? "";
          break;
        case "expected_status":
          service.expectedStatus = expectedStatusOf(value, complain) ?? DEFAULT_EXPECTED_STATUS;
          break;
        case "timeout":
          service.timeout = timeoutOf(value, complain) ?? DEFAULT_TIMEOUT_SECONDS;
          break;
        default:
          this.#addUnknown(member, index);
      }
    }
    return service;
  }

  #isRepeated({ key, offset }: JsonMember, index: number): boolean {
    const first = this.#keys.get(key);
    if (first === undefined) {
      this.#keys.set(key, offset);
      return false;
    }
    this.#problems.add(offset, () => ({
      code: "field-repeated",
      property: path(index, key),
      message: `${field(key)} must stand once in an entry: got it again, after ${this.#problems.line(first)}`,
      hint: "remove one of the two",
    }));
    return true;
  }

  #addNoObject(entry: JsonNode, index: number): void {
    this.#problems.add(entry.offset, () => ({
      code: "not-an-object",
      property: `[${String(index)}]`,
      message: `an entry must be an object with name and url: got ${shown(entry)}`,
      hint: `for example: ${EXAMPLE_SERVICE}`,
    }));
  }

  #addMissing(entry: JsonObject, index: number): void {
    for (const required of REQUIRED) {
      if (entry.members.some(({ key }) => key === required)) continue;
      this.#problems.add(entry.offset, () => ({
        code: "field-missing",
        property: `[${String(index)}].${required}`,
        message: `${required} is needed in every entry: got none`,
      }));
    }
  }

  #addUnknown({ key, offset }: JsonMember, index: number): void {
    if (TASK_KEYS.has(key)) throw this.#taskFile(offset, path(index, key));
    this.#problems.add(offset, () => ({
      code: "field-unknown",
      property: path(index, key),
      message: `a field must be one of ${FIELDS.join(", ")}: got ${quoted(key)}`,
      hint: unknownHint(key),
    }));
  }

  // A task file has so many fields of its own that only one problem is worth reading.
  #taskFile(offset: number, property: string): ConfigurationError {
    return this.#problems.only(offset, {
      code: "field-unknown",
      property,
      message: "a services file is needed: got a task file, whose entries have `check_type`",
      hint: `this command does not run task files yet; a service is written ${EXAMPLE_SERVICE}`,
    });
  }

  #uniqueName(value: JsonNode, complain: Complain): string {
    const name = nameOf(value, complain);
    if (name === null) return "";
    const first = this.#names.get(name);
    if (first === undefined) {
      this.#names.set(name, value.offset);
      return name;
    }
    const line = this.#problems.line(first);
    const message = `name must be unique: got ${quoted(name)}, which ${line} has already`;
    complain("name-duplicate", message, "give each service a name of its own");
    return name;
  }

  #complaintsAt({ key, value }: JsonMember, index: number): Complain {
    return (code, message, hint) => {
      const property = path(index, key);
      this.#problems.add(value.offset, () => ({ code, property, message, hint }));
      return null;
    };
  }
}

function path(index: number, key: string): string {
  return `[${String(index)}]${PLAIN_KEY.test(key) ? `.${key}` : `[${quoted(key)}]`}`;
}

function field(key: string): string {
  return PLAIN_KEY.test(key) ? key : quoted(key);
}

function unknownHint(key: string): string {
  // A longer key is no slip.
  const meant = PLAIN_KEY.test(key.replaceAll("-", "_")) ? meantBy(key) : undefined;
  return meant === undefined ? "remove it" : `did you mean \`${meant}\`?`;
}

function meantBy(key: string): string | undefined {
  return closest(key, FIELDS) ?? FIELDS.find((name) => sharesWord(key, name));
}

// Tells whether two keys have a word in common, as `serviceName` and `name` do.
function sharesWord(one: string, other: string): boolean {
  const words = (key: string): readonly string[] =>
    key
      .replace(/(?<=[a-z\d])(?=[A-Z])/gu, "_")
      .toLowerCase()
      .split(/[^a-z\d]+/u);
  const others = words(other);
  return words(one).some((word) => word !== "" && others.includes(word));
}
