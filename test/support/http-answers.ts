import type { HttpAnswer, HttpRequest } from "../../src/ports/http.ts";
import type { Secrets } from "../../src/ports/secrets.ts";
import type { World } from "../../src/ports/world.ts";

/** What an HTTP client of a test answers; the rest is as when all is well. */
export type AnswerParts = Partial<HttpAnswer>;

/** A world with HTTP that gives one answer, or one failure, and remembers what it was asked. */
export function answering(
  parts: AnswerParts | Error,
  asked: HttpRequest[] = [],
): Pick<World, "http" | "secrets"> {
  const request = (question: HttpRequest): Promise<HttpAnswer> => {
    asked.push(question);
    if (parts instanceof Error) return Promise.reject(parts);
    return Promise.resolve({
      url: question.url,
      status: 200,
      headers: {},
      body: "",
      isTruncated: false,
      phases: { resolveMs: 0, connectMs: 1, tlsMs: null, firstByteMs: 10, transferMs: 1 },
      durationMs: 12,
      ...parts,
    });
  };
  const secrets: Secrets = {
    resolve: (reference) =>
      Promise.resolve("secretEnv" in reference ? `value of ${reference.secretEnv}` : "content"),
    hasVariable: () => false,
  };
  return { http: () => Promise.resolve({ request }), secrets };
}

/** A world whose HTTP gives no answer until it is told to stop, and then says why. */
export function hanging(): Pick<World, "http" | "secrets"> {
  const { secrets } = answering({});
  const request = ({ signal }: HttpRequest): Promise<HttpAnswer> =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
    });
  return { http: () => Promise.resolve({ request }), secrets };
}
