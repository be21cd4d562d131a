import type { Binding } from "./assertion.ts";
import { url } from "./option-types.ts";
import { InvalidOption } from "./options.ts";
import { shownUrl } from "./shown-url.ts";
import type { Target } from "./target.ts";

/** Which URL an assertion asks. */
export const HTTP_URL = url("http", "https").optional(
  "Where to ask; by default the URL of its resource, for a container its first published TCP port.",
);

/**
 * Finds the URL that an assertion asks, when it is not told.
 *
 * @param url - What it was told; null for nothing.
 * @param binding - What its resource is.
 * @returns The option to add; nothing when it was told.
 * @throws {@link InvalidOption} When its resource has neither a URL nor a published TCP port.
 */
export function urlFromResource(
  url: string | null,
  { target }: Pick<Binding, "target">,
): { readonly url?: string } {
  if (url !== null) return {};
  const found = target.url ?? publishedUrl(target);
  if (found !== null) return { url: found };
  throw new InvalidOption("needs a URL: its resource has none", {
    code: "option-missing",
    hint:
      target.container === null
        ? 'give it a url, such as url: "http://127.0.0.1:8080/health"'
        : 'give it a url, or publish a TCP port of the container at a fixed one, such as ports: ["8080:80"]',
  });
}

/**
 * Shows the URL that an assertion asks, without what may be secret in it.
 *
 * @param parameters - Its options.
 * @returns The URL; `its URL` before it is known.
 */
export function shownHttpUrl({ url }: { readonly url: string | null }): string {
  return url === null ? "its URL" : shownUrl(url);
}

// A port that the engine chooses is known only once the container runs.
function publishedUrl({ container, ports }: Target): string | null {
  if (container === null) return null;
  const port = ports.find(({ protocol, host }) => protocol === "tcp" && host !== 0);
  return port === undefined ? null : `http://127.0.0.1:${String(port.host)}/`;
}
