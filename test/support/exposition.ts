import { createRequire } from "node:module";
import { expect } from "vitest";
import type { ServedProject } from "../../src/ports/served.ts";
import { metricsText } from "../../src/server/metrics/metrics-text.ts";
import type { SimulatedClock } from "../../src/testing/simulated-clock.ts";
import { servedOf } from "./served-lab.ts";

/** One series in what is exposed. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All of one name. */
export interface ExposedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const HEAD = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/u;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/su;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\[\\"n])*)"(,|$)/suy;
const NUMBER = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/u;

/** What is exposed, by the names of its families. */
export type Exposed = ReadonlyMap<string, ExposedFamily>;

/** Gathers the metrics of projects, as text. */
export async function exposedText(
  projects: readonly ServedProject[],
  clock: SimulatedClock,
): Promise<string> {
  let text = "";
  for await (const piece of await metricsText({ served: servedOf(projects, clock), clock })) {
    text += piece;
  }
  return text;
}

/** Gathers the metrics of projects, and reads them. */
export async function scrape(
  projects: readonly ServedProject[],
  clock: SimulatedClock,
): Promise<Exposed> {
  return readExposition(await exposedText(projects, clock));
}

/** The values of a family by what one of its labels says. */
export function byLabel(
  exposed: Exposed,
  name: string,
  label: string,
): Readonly<Record<string, number>> {
  const samples = exposed.get(name)?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? "", value]));
}

interface Reading {
  readonly families: Map<string, ExposedFamily & { samples: Sample[]; type: string }>;
  readonly series: Set<string>;
  /** In the order in which they stand: the last one is being read. */
  readonly order: (ExposedFamily & { samples: Sample[]; type: string })[];
}

/**
 * Reads the text format of Prometheus, version 0.0.4, as strictly as it is written down: it fails a test over a family that
 * stands in two places, over a series that stands twice, and over whatever a reader may choke on.
 */
export function readExposition(text: string): Exposed {
  expect(text.endsWith("\n")).toBe(true);
  const reading: Reading = { families: new Map(), series: new Set(), order: [] };
  for (const line of text.slice(0, -1).split("\n")) {
    if (line.startsWith("#")) readHead(line, reading);
    else keepSample(line, reading);
  }
  for (const family of reading.families.values()) holdsTogether(family);
  expect(parse(text).map(({ name }) => name)).toEqual([...reading.families.keys()]);
  return reading.families;
}

function readHead(line: string, reading: Reading): void {
  const [, word, name = "", rest = ""] = HEAD.exec(line) ?? [];
  if (word === "HELP") {
    expect(reading.families.has(name), `${name} stands in one place`).toBe(false);
    const family = { name, help: rest, type: "", samples: [] };
    reading.order.push(family);
    reading.families.set(name, family);
    return;
  }
  const current = reading.order.at(-1);
  expect({ word, name, type: "" }).toEqual({
    word: "TYPE",
    name: current?.name,
    type: current?.type,
  });
  expect(["counter", "gauge", "histogram", "summary"]).toContain(rest);
  if (current !== undefined) current.type = rest;
}

function keepSample(line: string, { order, series }: Reading): void {
  const current = order.at(-1);
  const sample = readSample(line);
  const isHistogram = current?.type === "histogram";
  const base = isHistogram ? sample.name.replace(/_(?:bucket|sum|count)$/u, "") : sample.name;
  expect(base).toBe(current?.name);
  const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
  expect(series.has(key), `${line} stands once`).toBe(false);
  series.add(key);
  current?.samples.push(sample);
}

function readSample(line: string): Sample {
  const [, name = "", inBraces = "", number = ""] = SAMPLE.exec(line) ?? [];
  expect(name, `a sample: ${line}`).not.toBe("");
  expect(number, line).toMatch(NUMBER);
  return {
    name,
    labels: readLabels(inBraces, line),
    value: Number(number.replace("Inf", "Infinity")),
  };
}

function readLabels(text: string, line: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const before = LABEL.lastIndex;
    const [, name = "", value = ""] = LABEL.exec(text) ?? [];
    expect(name, `a label at ${String(before)} of ${line}`).not.toBe("");
    expect(labels[name], `${name} once in ${line}`).toBeUndefined();
    labels[name] = value.replaceAll(/\\([\\"n])/gu, (_, one: string) => (one === "n" ? "\n" : one));
  }
  return labels;
}

function holdsTogether({ name, type, help, samples }: ExposedFamily): void {
  expect(help).not.toBe("");
  expect(samples.length, `${name} has samples`).toBeGreaterThan(0);
  expect(name.endsWith("_total"), `${name} is a ${type}`).toBe(type === "counter");
  if (type !== "histogram") return;
  const rest = new Map<string, Sample[]>();
  for (const sample of samples) {
    const others = Object.entries(sample.labels).filter(([label]) => label !== "le");
    const key = JSON.stringify(others.sort());
    rest.set(key, [...(rest.get(key) ?? []), sample]);
  }
  for (const all of rest.values()) {
    const buckets = all.filter((sample) => sample.name.endsWith("_bucket"));
    const counts = buckets.map(({ value }) => value);
    expect(counts).toEqual([...counts].sort((one, other) => one - other));
    expect(buckets.at(-1)?.labels["le"]).toBe("+Inf");
    expect(all.find((sample) => sample.name.endsWith("_count"))?.value).toBe(counts.at(-1));
    expect(all.filter((sample) => sample.name.endsWith("_sum"))).toHaveLength(1);
  }
}

interface Parsed {
  readonly name: string;
}

// The package comes without types, which an import would need.
const require = createRequire(import.meta.url);
const parse = require("parse-prometheus-text-format") as (text: string) => readonly Parsed[];
