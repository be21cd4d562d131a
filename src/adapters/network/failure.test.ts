import { constants } from "node:os";
import fc from "fast-check";
import { expect, it } from "vitest";
import { TransportError } from "../../model/errors.ts";
import { describeFailure } from "./failure.ts";

const PEER = "192.0.2.1:80";

/** An error as the system's calls throw it. */
function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(`connect ${code}`), { code, ...more });
}

it("describeFailure() says in words what happened, to whom, and with which code", () => {
  const cause = systemError("ECONNREFUSED");
  const error = describeFailure(cause, PEER);
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({
    message: "connection refused (192.0.2.1:80, ECONNREFUSED)",
    blame: "target",
    isExhaustion: false,
    cause,
  });
});

it("describeFailure() gives back what has a reason already", () => {
  const error = new TransportError("connection closed before any answer came");
  expect(describeFailure(error, PEER)).toBe(error);
});

it.each(["EMFILE", "ENFILE", "EADDRINUSE", "ENOBUFS", "ENOMEM"])(
  "describeFailure() blames us for %s, which passes",
  (code) => {
    const error = describeFailure(systemError(code), PEER);
    expect(error).toMatchObject({ blame: "ourselves", isExhaustion: true });
    expect(error.message).toMatch(new RegExp(`^this (?:process|machine) .*, ${code}\\)$`, "u"));
  },
);

it.each(["EACCES", "EPERM", "ENETDOWN", "EAFNOSUPPORT"])(
  "describeFailure() blames us for %s",
  (code) => {
    const expected = { blame: "ourselves", isExhaustion: false };
    expect(describeFailure(systemError(code), PEER)).toMatchObject(expected);
  },
);

it("describeFailure() takes a missing local address for missing ports, unless there may be no such address", () => {
  const failureAt = (address?: string): TransportError =>
    describeFailure(systemError("EADDRNOTAVAIL", { address, port: 80 }), PEER);
  for (const address of ["127.0.0.1", "192.0.2.1"]) {
    const expected = { blame: "ourselves", isExhaustion: true };
    expect(failureAt(address)).toMatchObject(expected);
  }
  for (const address of ["::1", "2001:db8::1", "0.0.0.0", undefined]) {
    const expected = { blame: "ourselves", isExhaustion: false };
    expect(failureAt(address)).toMatchObject(expected);
  }
});

it.each(["ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "CERT_HAS_EXPIRED"])(
  "describeFailure() blames the target for %s",
  (code) => {
    const expected = { blame: "target", isExhaustion: false };
    expect(describeFailure(systemError(code), PEER)).toMatchObject(expected);
  },
);

it("describeFailure() tells how to trust a certificate, and only where that would help", () => {
  const messageOf = (code: string): string => describeFailure(systemError(code), PEER).message;
  expect(messageOf("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")).toBe(
    "TLS certificate is from an unknown issuer; trust its issuer with " +
      "NODE_EXTRA_CA_CERTS=FILE, or NODE_USE_SYSTEM_CA=1 " +
      "(192.0.2.1:80, UNABLE_TO_GET_ISSUER_CERT_LOCALLY)",
  );
  expect(messageOf("CERT_HAS_EXPIRED")).not.toContain("NODE_");
});

it("describeFailure() tells which names a certificate of another name holds", () => {
  const code = "ERR_TLS_CERT_ALTNAME_INVALID";
  const messageOf = (more: object): string =>
    describeFailure(systemError(code, more), PEER).message;
  const subject = { CN: "old\u001b[2J.example" };
  expect(messageOf({ host: "a.example", cert: { subject, subjectaltname: "DNS:b.example" } })).toBe(
    `TLS certificate is for another name: DNS:b.example, not for a.example (${PEER}, ${code})`,
  );
  expect(messageOf({ host: "a.example", cert: { subject } })).toBe(
    `TLS certificate is for another name: old\ufffd[2J.example, not for a.example (${PEER}, ${code})`,
  );
  expect(messageOf({})).toBe(`TLS certificate is for another name (${PEER}, ${code})`);
  const many = { subjectaltname: "DNS:x.example, ".repeat(1_000) };
  expect(messageOf({ cert: many }).length).toBeLessThan(500);
});

it("describeFailure() has words for a TLS alert that it does not know", () => {
  const code = "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR";
  expect(describeFailure(systemError(code), PEER).message).toBe(
    `TLS handshake failed: tlsv1 alert internal error (${PEER}, ${code})`,
  );
});

it("describeFailure() has the system's words for a code that it does not know", () => {
  const errno = -constants.errno.ENOTCONN;
  expect(describeFailure(systemError("ENOTCONN", { errno }), PEER).message).toMatch(
    /not connected \(192\.0\.2\.1:80, ENOTCONN\)$/u,
  );
  for (const wrong of [-0.5, -Infinity, 1]) {
    const error = systemError("ESTRANGE", { errno: wrong });
    expect(describeFailure(error, PEER).message).toBe(`connect ESTRANGE (${PEER}, ESTRANGE)`);
  }
});

it("describeFailure() tells each address of a name that failed, and each reason once", () => {
  const refused = systemError("ECONNREFUSED", { address: "127.0.0.1", port: 80 });
  const unreachable = systemError("ENETUNREACH", { address: "2001:db8::1", port: 80 });
  const one = new AggregateError([refused, refused]);
  expect(describeFailure(one, "a.example:80").message).toBe(
    "connection refused (127.0.0.1:80, ECONNREFUSED)",
  );
  const two = describeFailure(new AggregateError([refused, unreachable]), "a.example:80");
  expect(two.message).toBe(
    "connection refused (127.0.0.1:80, ECONNREFUSED); network unreachable ([2001:db8::1]:80, ENETUNREACH)",
  );
  expect(describeFailure(new AggregateError([]), PEER).message).toBe(
    "connection failed (192.0.2.1:80)",
  );
});

it("describeFailure() blames the target as soon as one address of it failed by itself", () => {
  const refused = systemError("ECONNREFUSED", { address: "127.0.0.1", port: 80 });
  const ours = systemError("EADDRNOTAVAIL", { address: "::1", port: 80 });
  const denied = systemError("EACCES", { address: "127.0.0.1", port: 80 });
  expect(describeFailure(new AggregateError([ours, refused]), PEER)).toMatchObject({
    message: "connection refused (127.0.0.1:80, ECONNREFUSED)",
    blame: "target",
    isExhaustion: false,
  });
  const both = { blame: "ourselves", isExhaustion: false };
  expect(describeFailure(new AggregateError([ours, denied]), PEER)).toMatchObject(both);
});

it("describeFailure() blames us as soon as our own means did not suffice for one address", () => {
  const refused = systemError("ECONNREFUSED", { address: "::1", port: 80 });
  const ours = systemError("EMFILE", { address: "127.0.0.1", port: 80 });
  const message = "this process has too many files open (127.0.0.1:80, EMFILE)";
  for (const errors of [
    [ours, refused],
    [refused, ours],
    [ours, ours],
  ]) {
    const expected = { message, blame: "ourselves", isExhaustion: true };
    expect(describeFailure(new AggregateError(errors), PEER)).toMatchObject(expected);
  }
});

it("describeFailure() makes a sentence of anything at all", () => {
  const thrown = fc.oneof(
    fc.anything(),
    fc.record({ code: fc.anything(), message: fc.anything(), errno: fc.anything() }),
    fc.oneof(fc.string(), fc.constantFrom("", " ", "\n")).map((message) => new Error(message)),
    fc.tuple(fc.string(), fc.integer()).map(([code, errno]) => systemError(code, { errno })),
    fc.array(fc.anything()).map((errors) => new AggregateError(errors)),
  );
  fc.assert(
    fc.property(thrown, (error) => {
      const described = describeFailure(error, PEER);
      expect(described).toBeInstanceOf(TransportError);
      expect(described.message).toMatch(/\S.* \([^)]*192\.0\.2\.1:80/su);
    }),
  );
});
