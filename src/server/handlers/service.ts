import { openApiDocument } from "../../api/openapi.ts";
import type { OpenApiDocument } from "../../api/openapi-types.ts";
import type { serviceRoutes } from "../../api/routes/service.ts";
import { wantsPage } from "../accepts.ts";
import { Special, type Handlers, type Handling, type Requested } from "../handler.ts";
import { glancesOf, overviewOf } from "../overviews.ts";
import { aboutPage } from "../pages/about.ts";
import { docsPage } from "../pages/docs.ts";
import type { PageAnswer } from "../pages/layout.ts";
import { aboutView, indexView } from "../views/directory.ts";
import type { Overview } from "../views/overview.ts";
import { statusView } from "../views/service.ts";

/** Answers the routes of `api/routes/service.ts`. */
export const serviceHandlers: Handlers<keyof typeof serviceRoutes> = {
  about: async (_asked, { headers, outside: { baseUrl } }, handling) => {
    const { served, clock } = handling;
    const { version, startedAt } = served;
    const overview = await overviewOf(handling);
    const vary = { vary: "Accept" };
    if (!wantsPage(headers.accept)) {
      const view = aboutView({ version, baseUrl }, overview.status);
      return new Special(view, { headers: vary });
    }
    const projects = await glancesOf(handling);
    const uptimeMs = Math.max(0, clock.now() - startedAt);
    const page = aboutPage({ version, baseUrl, uptimeMs, overview, projects });
    return new Special<never>(inOnePiece(page), { headers: { ...page.headers, ...vary } });
  },
  index: (_asked, { outside: { baseUrl } }, { served: { version } }) =>
    indexView({ version, baseUrl }),
  openapi: (_asked, requested, handling) => ({ ...documentFor(requested, handling) }),
  docs: (_asked, requested, handling) => {
    const { text, headers } = docsFor(requested, handling);
    return new Special(text, { headers });
  },
  status: ({ query }, _requested, handling) => {
    const isStrict = query.strict === "true";
    const overview = overviewOf(handling);
    return overview instanceof Promise
      ? overview.then((known) => statusAnswer(known, isStrict, handling))
      : statusAnswer(overview, isStrict, handling);
  },
  live: (_asked, _requested, { served }) => ({ status: served.phase() }),
  ready: (_asked, _requested, { served }) => {
    const status = served.phase();
    return status === "ok" ? { status } : new Special({ status }, { status: 503 });
  },
};

function statusAnswer(
  overview: Overview,
  isStrict: boolean,
  { served, clock }: Handling,
): ReturnType<typeof statusView> | Special<ReturnType<typeof statusView>> {
  const view = statusView(overview, served, clock.now());
  const isRefused = isStrict && view.status === "unhealthy";
  return isRefused ? new Special(view, { status: 503 }) : view;
}

function documentFor({ outside }: Requested, { served: { version } }: Handling): OpenApiDocument {
  return openApiDocument({ version, url: outside.baseUrl });
}

let lastDocs: { readonly url: string; readonly version: string; readonly page: PageAnswer } | null =
  null;

// Mostly all see the server in the same place.
function docsFor(requested: Requested, handling: Handling): PageAnswer {
  const url = requested.outside.baseUrl;
  const { version } = handling.served;
  if (lastDocs?.url !== url || lastDocs.version !== version) {
    lastDocs = { url, version, page: docsPage(documentFor(requested, handling)) };
  }
  return lastDocs.page;
}

async function* inOnePiece({ text }: PageAnswer): AsyncGenerator<string, void> {
  yield await Promise.resolve(text);
}
