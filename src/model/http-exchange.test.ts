import { expect, it } from "vitest";
import { answering, type AnswerParts } from "../../test/support/http-answers.ts";
import type { HttpRequest } from "../ports/http.ts";
import { askHttp, HTTP_SAMPLE, withHttpAnswer, type HttpQuestion } from "./http-exchange.ts";
import { secret } from "./secret.ts";

const { signal } = new AbortController();

async function ask(
  question: Partial<HttpQuestion>,
  answer: AnswerParts = {},
): Promise<Awaited<ReturnType<typeof askHttp>>> {
  return await askHttp(answering(answer), { url: "http://a/", ...question }, signal);
}

it("askHttp() asks with GET and nothing else, following redirects", async () => {
  const asked: HttpRequest[] = [];
  await askHttp(answering({}, asked), { url: "http://a/b?c" }, signal);
  expect(asked).toEqual([
    { url: new URL("http://a/b?c"), headers: {}, followRedirects: true, keepBody: true, signal },
  ]);
});

it("askHttp() asks as it is told, with secrets in their place", async () => {
  const asked: HttpRequest[] = [];
  const question: HttpQuestion = {
    url: "http://a/",
    method: "POST",
    headers: { Accept: "x", Authorization: secret.env("TOKEN") },
    body: "{}",
    followRedirects: false,
    keepBody: "none",
  };
  await askHttp(answering({}, asked), question, signal);
  expect(asked[0]).toMatchObject({
    method: "POST",
    headers: { Accept: "x", Authorization: "value of TOKEN" },
    body: "{}",
    followRedirects: false,
    keepBody: false,
  });
});

it("askHttp() keeps as much of the body as is wanted", async () => {
  const body = "x".repeat(5_000);
  expect((await ask({ keepBody: "whole" }, { body })).body).toHaveLength(5_000);
  expect((await ask({}, { body })).body).toHaveLength(1_000);
  expect((await ask({ keepBody: "none" }, { body })).body).toBe("");
});

it("askHttp() gives the header that is wanted, and no other", async () => {
  const headers = { "x-a": "1", "set-cookie": "hunter2" };
  expect(await ask({ header: "X-A" }, { headers })).toMatchObject({ header: "1" });
  expect(await ask({ header: "X-B" }, { headers })).toMatchObject({ header: null });
  expect(JSON.stringify(await ask({ header: "X-A" }, { headers }))).not.toContain("hunter2");
});

it("askHttp() keeps what is judged as it came, and hides secrets in what is only shown", async () => {
  const answer = {
    body: "you sent value of TOKEN, that is TOKEN",
    headers: { echo: "value of TOKEN" },
    url: new URL("http://a/TOKEN"),
  };
  const headers = { Authorization: secret.env("TOKEN") };
  const seen = await ask({ headers, header: "echo", keepBody: "whole" }, answer);
  expect(seen).toMatchObject({
    body: answer.body,
    header: "value of TOKEN",
    redirectedTo: "http://a/***",
    secrets: ["value of TOKEN", "TOKEN"],
  });
  expect((await ask({ headers }, answer)).body).toBe("you sent ***, that is ***");
});

it("askHttp() tells where redirects led, without the query", async () => {
  expect(await ask({}, { url: new URL("http://b/c?d=secret") })).toMatchObject({
    redirectedTo: "http://b/c?…",
  });
  expect(await ask({ url: "http://a" })).toMatchObject({ redirectedTo: null });
});

const judgement = { verdict: "fail", expected: "a", actual: "b" } as const;
const metrics = { responseTimeMs: 12.4, statusCode: 200 };

it("withHttpAnswer() adds the numbers, and nothing else when all is well", () => {
  const pass = { ...judgement, verdict: "pass" } as const;
  const observation = { ...HTTP_SAMPLE, body: "hello", redirectedTo: "http://b/" };
  expect(withHttpAnswer(pass, observation)).toEqual({ ...pass, metrics });
  expect(withHttpAnswer(judgement, HTTP_SAMPLE)).toEqual({ ...judgement, metrics });
});

it("withHttpAnswer() shows at most 200 characters of the body, on one line", () => {
  const body = `\u001b[31m\n${"x".repeat(500)}`;
  const { details = "" } = withHttpAnswer(judgement, { ...HTTP_SAMPLE, body });
  expect(details).toMatch(/^body: \uFFFD\[31m x+…$/u);
  expect(details).toHaveLength("body: ".length + 200);
});

it("withHttpAnswer() keeps what was told already", () => {
  const observation = { ...HTTP_SAMPLE, body: "c", redirectedTo: "http://b/" };
  expect(withHttpAnswer({ ...judgement, details: "d" }, observation)).toMatchObject({
    details: "d\nredirected to http://b/\nbody: c",
  });
});

it("withHttpAnswer() shows no secret, not even the beginning of one that is cut", () => {
  const body = `${"x".repeat(190)} hunter2hunter2`;
  const observation = { ...HTTP_SAMPLE, body, secrets: ["hunter2hunter2"] };
  expect(withHttpAnswer(judgement, observation).details).toMatch(/x \*\*\*$/u);
});
