import { canonicalAddress } from "../../model/ip-address.ts";

/** The ways in which one text may be meant; null where it cannot be. */
export interface TargetForms {
  /** As HTTP is asked for it, without a fragment. Without a scheme, `http` is meant. */
  readonly url: string | null;
  /** `host:port`, the host in lower case, IPv6 in brackets. */
  readonly endpoint: string | null;
  /** A name or an address alone, in lower case. */
  readonly host: string | null;
}

const LIMIT_CHARACTERS = 2_000;
const SCHEME = /^https?:\/\//iu;
const WITH_SCHEME = /^[a-z][a-z\d+.-]*:\/\//iu;
const ENDPOINT = /^(?<host>\[[^\]]+\]|[^:/?#@[\]\s]+):(?<port>\d{1,5})$/u;
const HOST = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_.-]{0,251}[\p{L}\p{M}\p{N}_.])?$/u;
const MOST_PORT = 65_535;

/**
 * Writes a target in the one way that can be compared: default ports, the case of names and a missing `/` make no difference.
 *
 * @param text - As it was configured, or asked for.
 * @returns What it may mean.
 */
export function targetForms(text: string): TargetForms {
  if (text.length > LIMIT_CHARACTERS) return { url: null, endpoint: null, host: null };
  const isUrl = WITH_SCHEME.test(text);
  return {
    url: urlOf(text),
    endpoint: isUrl ? null : endpointOf(text),
    host: isUrl ? null : hostOf(text),
  };
}

/** The targets that may be probed, as a list that may change. */
export class ProbeTargets {
  readonly #list: () => readonly string[];
  #given: readonly string[] | null = null;
  #known: readonly string[] = [];
  #forms: ReadonlySet<string> = new Set();

  /**
   * Makes it of a list.
   *
   * @param list - Gives the targets of the moment.
   */
  constructor(list: () => readonly string[]) {
    this.#list = list;
  }

  /**
   * Finds what is asked for among the targets.
   *
   * @param asked - What is asked for.
   * @param form - In which way it is meant.
   * @returns It in that form, which is what may be connected to; null when it is none of them.
   */
  find(asked: string, form: keyof TargetForms): string | null {
    this.#update();
    const wanted = targetForms(asked)[form];
    return wanted !== null && this.#forms.has(keyOf(form, wanted)) ? wanted : null;
  }

  // There may be thousands, and hardly ever others than at the last probe. A list does not change once it is given.
  #update(): void {
    const list = this.#list();
    if (list === this.#given) return;
    this.#given = list;
    const isSame =
      list.length === this.#known.length &&
      list.every((target, index) => target === this.#known[index]);
    if (isSame) return;
    this.#known = [...list];
    this.#forms = new Set(list.flatMap(keysOf));
  }
}

function keysOf(target: string): readonly string[] {
  const { url, endpoint, host } = targetForms(target);
  return [
    ...(url === null ? [] : [keyOf("url", url)]),
    ...(endpoint === null ? [] : [keyOf("endpoint", endpoint)]),
    ...(host === null ? [] : [keyOf("host", host)]),
  ];
}

function keyOf(form: keyof TargetForms, text: string): string {
  return `${form} ${text}`;
}

function urlOf(text: string): string | null {
  if (WITH_SCHEME.test(text) && !SCHEME.test(text)) return null;
  const url = URL.parse(SCHEME.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === "") return null;
  url.hash = "";
  return url.href;
}

function endpointOf(text: string): string | null {
  const groups = ENDPOINT.exec(text)?.groups;
  const host = groups === undefined ? null : hostOf(groups["host"] ?? "");
  const port = Number(groups?.["port"]);
  if (host === null || port < 1 || port > MOST_PORT) return null;
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

function hostOf(text: string): string | null {
  const address = canonicalAddress(text.replace(/^\[|\]$/gu, ""));
  if (address !== null) return address;
  return HOST.test(text) ? text.toLowerCase() : null;
}
