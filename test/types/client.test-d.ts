/**
 * What the types of `clockwork/client` let through. `tsc --noEmit` checks this file, and nothing runs it: an error that is
 * expected and does not come is one itself.
 */
import {
  createClient,
  type Client,
  type ClientEvent,
  type FollowedEvent,
} from "../../src/client.ts";

const client: Client = createClient({ url: "http://127.0.0.1:5000", headers: { "x-a": "b" } });
const params = { project: "shop" };
const told: unknown[] = [];

// As people write it.
const { resources, next } = await client.resources({ query: { limit: 5, health: undefined } });
const name: string | undefined = resources[0]?.name;
const place: string | null = next;
const metrics: string = await client.metrics();
const { attempts } = await client.incident({ params: { ...params, id: 7 } });
const outcome: "acted" | "repaired" | "failed" | "unproven" | "interrupted" | null | undefined =
  attempts[0]?.outcome;
await client.status();
await client.holdProject({ params: { ...params, kind: "pause" }, body: { forSeconds: 60 } });
await client.plan({ params, signal: AbortSignal.timeout(1_000) });
for await (const followed of client.follow({ ...params, resource: "web" })) {
  const { event }: FollowedEvent = followed;
  const { data }: ClientEvent = event;
  told.push(data, name, place, metrics, outcome);
}

// @ts-expect-error a project is needed
await client.project();
// @ts-expect-error a resource is needed
await client.resource({ params });
// @ts-expect-error there is no such health
await client.resources({ query: { health: "fine" } });
// @ts-expect-error a target is needed
await client.probe({ query: {} });
// @ts-expect-error a path is needed
await client.register({ body: {} });
// @ts-expect-error there is no such endpoint
told.push(client.nope);
