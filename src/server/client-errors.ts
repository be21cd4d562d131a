import { STATUS_CODES, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { unknown } from "./access/judgement.ts";
import { malformedRefusal, notHttp } from "./malformed.ts";
import { PROBLEM_TYPE, type Refusal } from "./refusal.ts";

/** So long somebody who was refused may go on sending, so that what was answered arrives. In milliseconds. */
const LINGER_MS = 1_000;

/**
 * Answers what Node could not read as a request, and ends the connection.
 *
 * @param error - Why not.
 * @param socket - The connection.
 */
export function answerClientError(error: Error, socket: Duplex): void {
  if (socket.writableEnded) return;
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const { problem, headers } = refusalOf(error, socket);
  const body = JSON.stringify(problem);
  const lines = Object.entries({
    ...headers,
    "content-type": PROBLEM_TYPE,
    "content-length": String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `${String(problem.status)} ${STATUS_CODES[problem.status] ?? ""}`;
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n${body}`);
  // Whoever is cut while sending does not read what was answered.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

// What a handshake found wrong with a certificate may come up only while the first request is read.
function refusalOf(error: Error, socket: Duplex): Refusal {
  const isOfTls = "code" in error && String(error.code).startsWith("ERR_SSL_");
  const isUnproven =
    socket instanceof TLSSocket &&
    !socket.authorized &&
    socket.getPeerX509Certificate() !== undefined;
  if (isOfTls && isUnproven) return unknown(true);
  return malformedRefusal(error) ?? notHttp();
}

/**
 * Tells whether an answer is under way on a connection.
 *
 * @param socket - The connection.
 * @returns Null when nothing is being answered.
 */
export function answerOn(socket: Duplex): ServerResponse | null {
  // Where Node itself looks.
  const answer: unknown = Reflect.get(socket, "_httpMessage");
  return answer instanceof ServerResponse ? answer : null;
}

// A second answer must not end up in the middle of the first.
function isAnswering(socket: Duplex): boolean {
  return answerOn(socket)?.headersSent === true;
}
