import type { Given } from "../../api/route.ts";
import type { eventRoutes } from "../../api/routes/events.ts";
import type { ServedProject } from "../../ports/served.ts";
import { parseCursor, parseEventId } from "../events/cursor.ts";
import type { StreamWish } from "../events/event-stream.ts";
import { TAKEN, type Handlers, type Requested } from "../handler.ts";
import { projectNamed } from "../known.ts";
import { Refusal } from "../refusal.ts";
import { eventView } from "../views/watching.ts";

type EventList = Given<(typeof eventRoutes)["events"]>;

/** Answers the routes of `api/routes/events.ts`. */
export const eventHandlers: Handlers<keyof typeof eventRoutes> = {
  allEvents: ({ query: { limit } }, requested, { served }) => {
    if (!isStreamWanted(requested)) return newestOfAll(served.projects(), limit);
    const after = lastEventOf(requested, parseCursor);
    return follow({ project: null, resource: null, after }, requested);
  },
  events: ({ params, query }, requested, { served }) => {
    const project = projectNamed(params.project, { served });
    const { resource = null, after = null, limit } = query;
    if (!isStreamWanted(requested)) return eventsOf(project, { resource, after, limit });
    const last = lastEventOf(requested, parseEventId) ?? after;
    const cursor = last === null ? null : new Map([[project.name, last]]);
    return follow({ project: project.name, resource, after: cursor }, requested);
  },
};

function isStreamWanted({ headers: { accept = "" } }: Requested): boolean {
  return accept.split(",").some((range) => STREAM.test(range.trim()));
}

/** The media type of a stream, unless it is the one that is not wanted. */
const STREAM = /^text\/event-stream(?!.*;\s*q=0(?:\.0*)?\s*$)(?:\s*;.*)?$/iu;

function lastEventOf<T>({ headers }: Requested, parse: (text: string) => T | null): T | null {
  const text = headers["last-event-id"];
  if (text === undefined || text === "") return null;
  const read = parse(String(text));
  if (read !== null) return read;
  throw new Refusal(400, "event-unknown", "Last-Event-ID is none that was ever given here.");
}

function follow(wish: StreamWish, { caller, take }: Requested): typeof TAKEN {
  const { request, response, streams } = take();
  streams.open(wish, { request, response, client: caller.who });
  return TAKEN;
}

async function eventsOf(
  { name, store }: ServedProject,
  asked: {
    readonly resource: string | null;
    readonly after: number | null;
    readonly limit: number;
  },
): Promise<EventList> {
  const { resource, after, limit } = asked;
  const events = await store.events({
    limit,
    ...(resource === null ? {} : { resource }),
    ...(after === null ? {} : { after }),
  });
  return { events: events.map((event) => eventView(event, name)) };
}

async function newestOfAll(projects: readonly ServedProject[], limit: number): Promise<EventList> {
  const lists = await Promise.all(
    projects.map(async ({ name, store }) => {
      const events = await store.events({ limit });
      return events.map((event) => ({ event, name }));
    }),
  );
  const newest = lists.flat().sort((one, other) => other.event.at - one.event.at);
  return { events: newest.slice(0, limit).map(({ event, name }) => eventView(event, name)) };
}
