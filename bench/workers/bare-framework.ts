/** Serves the same bytes to everybody with the framework that the HTTP API is served with, and nothing else. */
import fastify from "fastify";
import { serve } from "../child.ts";

/** What to serve. */
export interface BareFrameworkJob {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

serve(async ({ path, contentType, body }: BareFrameworkJob): Promise<string> => {
  const app = fastify({ logger: false });
  app.get(path, (_, reply) => reply.header("content-type", contentType).send(body));
  return `${await app.listen({ host: "127.0.0.1", port: 0 })}${path}`;
});
