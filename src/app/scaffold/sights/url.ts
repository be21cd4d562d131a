import { HTTPStatusAssert } from "../../../catalog/assertions/http-status.ts";
import { ResponseTimeAssert } from "../../../catalog/assertions/response-time.ts";
import { SSLCertificateAssert } from "../../../catalog/assertions/ssl-certificate.ts";
import { ServiceResource } from "../../../catalog/resources/service.ts";
import { describeStatus } from "../../../model/http-status.ts";
import { draftAssertion, draftResource, type Call, type Draft } from "../draft.ts";
import { UnusableWord, type Sight } from "../sight.ts";

const SCHEME = /^[a-z][a-z\d+.-]*:\/\//iu;

/** So much slower than now is too slow, and so much is never too slow. */
const SLOWER = 3;
const LEAST_MAX_MS = 500;
const STEP_MS = 100;

/** From here on, an assertion needs a timeout of its own. */
const DEFAULT_TIMEOUT_MS = 5_000;
const MS_PER_SECOND = 1_000;

/** With these, a server says that it cannot do what it should. */
const LEAST_SERVER_ERROR = 500;
const LEAST_CLIENT_ERROR = 400;

/** An HTTP service, by its URL. */
export const urlSight: Sight = {
  form: "a URL: http://… or https://…",
  recognise: async (word, { world }) => {
    if (!SCHEME.test(word)) return null;
    const url = readUrl(word);
    const unseen = (): Draft => draftOf(url, { status: 200, maxMs: LEAST_MAX_MS });
    return {
      label: url.href,
      unseen,
      look: async (signal) => {
        const http = await world.http();
        const { status, durationMs } = await http.request({ url, signal });
        const seen = `answers ${describeStatus(status)} in ${String(Math.round(durationMs))} ms`;
        const isThere = status < LEAST_SERVER_ERROR;
        const maxMs = boundOf(durationMs);
        const draft = draftOf(url, { status: isThere ? status : 200, maxMs });
        return { isThere, seen, notes: notesOn(status), draft };
      },
    };
  },
};

function readUrl(word: string): URL {
  const url = URL.parse(word);
  if (url === null) throw new UnusableWord("is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new UnusableWord("is no URL with http: or https:");
  }
  if (url.username !== "" || url.password !== "") {
    throw new UnusableWord("holds credentials, which would stand in main.ts");
  }
  url.hash = "";
  return url;
}

function notesOn(status: number): readonly string[] {
  if (status < LEAST_CLIENT_ERROR || status >= LEAST_SERVER_ERROR) return [];
  return [`${describeStatus(status)} is what it answers now; make sure that it should`];
}

function boundOf(durationMs: number): number {
  return Math.max(LEAST_MAX_MS, Math.ceil((durationMs * SLOWER) / STEP_MS) * STEP_MS);
}

function draftOf(
  url: URL,
  { status, maxMs }: { readonly status: number; readonly maxMs: number },
): Draft {
  const name = `${url.hostname.replace(/^\[|\]$/gu, "")}${url.port === "" ? "" : `-${url.port}`}`;
  return {
    name,
    resource: draftResource(ServiceResource, { url: url.href }),
    assertions: [
      draftAssertion(HTTPStatusAssert, { expectedStatus: status }),
      responseTime(maxMs),
      ...(url.protocol === "https:"
        ? [draftAssertion(SSLCertificateAssert, { minDaysValid: 14 })]
        : []),
    ],
  };
}

function responseTime(maxMs: number): Call {
  if (maxMs < DEFAULT_TIMEOUT_MS) return draftAssertion(ResponseTimeAssert, { maxMs });
  const timeout = Math.ceil((2 * maxMs) / MS_PER_SECOND);
  return draftAssertion(ResponseTimeAssert, { maxMs, timeout });
}
