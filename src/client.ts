/**
 * A typed client of the HTTP API of Clockwork, made from the contract that the server keeps to.
 *
 * @module
 */
export type {
  AnswerOf,
  Client,
  ClientEvent,
  FollowedEvent,
  FollowRequest,
  RequestOf,
} from "./api/client-types.ts";
export { ProblemError } from "./api/problem-error.ts";
export { createClient, type CreateClientOptions } from "./app/api-client.ts";
