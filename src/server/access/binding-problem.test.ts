import { describe, expect, it } from "vitest";
import { bindingProblem, type Binding } from "./binding-problem.ts";

const plain: Omit<Binding, "host"> = {
  hasTls: false,
  hasAuthorities: false,
  hasProxies: false,
  isInsecure: false,
};

describe("bindingProblem()", () => {
  it.each(["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])(
    "lets it listen on %s, which is this machine alone",
    (host) => {
      expect(bindingProblem({ ...plain, host })).toBeNull();
    },
  );

  it.each([
    ...[
      "0.0.0.0",
      "::",
      "[::]",
      "",
      "192.0.2.7",
      "monitor.example",
      "localhost.example",
      "::ffff:0:0",
    ],
  ])("does not let it listen on %j without TLS", (host) => {
    expect(bindingProblem({ ...plain, host })).toContain("without TLS nobody could prove");
    expect(bindingProblem({ ...plain, host, hasProxies: true })).not.toBeNull();
    expect(bindingProblem({ ...plain, host, isInsecure: true })).toBeNull();
  });

  it("needs to know whose certificates are believed, or who verifies them", () => {
    const host = "0.0.0.0";
    const hasTls = true;
    expect(bindingProblem({ ...plain, host, hasTls })).toContain("tls.ca");
    expect(bindingProblem({ ...plain, host, hasTls, hasAuthorities: true })).toBeNull();
    expect(bindingProblem({ ...plain, host, hasTls, hasProxies: true })).toBeNull();
  });
});
