import { expect, it } from "vitest";
import { describeDnsFailure, isFromServer, isNegative, tellingFailure } from "./dns-failure.ts";

const failure = (code: string): { code: string; cause: unknown } => ({ code, cause: null });

it.each([
  ["ENOTFOUND", "name not found: no address for 'x.example' (NXDOMAIN)"],
  ["ENODATA", "name without an address: no A or AAAA record for 'x.example' (NODATA)"],
  ["ESERVFAIL", "name server failed to look up 'x.example' (SERVFAIL)"],
  ["EREFUSED", "name server refused to look up 'x.example' (REFUSED)"],
  ["ETIMEOUT", "name server gave no answer for 'x.example' (ETIMEOUT)"],
  ["EAI_AGAIN", "name server gave no answer for 'x.example' (EAI_AGAIN)"],
])("describeDnsFailure() blames the target for %s", (code, message) => {
  const error = describeDnsFailure(failure(code), "x.example");

  expect(error).toMatchObject({ message, blame: "target", isExhaustion: false });
});

it.each([
  ["ECONNREFUSED", " (ECONNREFUSED)", false],
  ["ENONAME", " (ENONAME)", false],
  ["EMFILE", ": this process has too many files open (EMFILE)", true],
  ["ENFILE", ": this machine has too many files open (ENFILE)", true],
  ["ENOMEM", ": this process is out of memory (ENOMEM)", true],
  ["EAI_MEMORY", ": this process is out of memory (EAI_MEMORY)", true],
])("describeDnsFailure() blames ourselves for %s", (code, why, isExhaustion) => {
  const error = describeDnsFailure(failure(code), "x.example");

  const message = `no name server could be asked for 'x.example'${why}`;
  expect(error).toMatchObject({ message, blame: "ourselves", isExhaustion });
});

it("describeDnsFailure() keeps the error underneath", () => {
  const cause = new Error("queryA ENOTFOUND");

  expect(describeDnsFailure({ code: "ENOTFOUND", cause }, "x").cause).toBe(cause);
});

it("isNegative() holds for answers, not for failures", () => {
  const codes = ["ENOTFOUND", "ENODATA", "ESERVFAIL", "ETIMEOUT", "ECONNREFUSED"];

  expect(codes.filter((code) => isNegative(failure(code)))).toEqual(["ENOTFOUND", "ENODATA"]);
});

it("isFromServer() holds for what a server said, not for silence or what stayed here", () => {
  const codes = ["ENOTFOUND", "ESERVFAIL", "EBADRESP", "ETIMEOUT", "ECONNREFUSED", "EMFILE"];

  const said = ["ENOTFOUND", "ESERVFAIL", "EBADRESP"];
  expect(codes.filter((code) => isFromServer(failure(code)))).toEqual(said);
});

it.each([
  ["ECONNREFUSED", "ETIMEOUT", "ETIMEOUT"],
  ["ETIMEOUT", "ECONNREFUSED", "ETIMEOUT"],
  ["ETIMEOUT", "ESERVFAIL", "ESERVFAIL"],
  ["EREFUSED", "ETIMEOUT", "EREFUSED"],
  ["EREFUSED", "ESERVFAIL", "EREFUSED"],
])("tellingFailure() of %s and %s is %s", (first, second, expected) => {
  expect(tellingFailure(failure(first), failure(second)).code).toBe(expected);
});

it("tellingFailure() of none and one is that one", () => {
  expect(tellingFailure(null, failure("ECONNREFUSED")).code).toBe("ECONNREFUSED");
});
