import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Gauges } from "./prober-metrics.ts";

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly { readonly value: string; readonly labels?: object }[];
}

const require = createRequire(import.meta.url);
const parse = require("parse-prometheus-text-format") as (text: string) => readonly Family[];

it("text() gives families by name, with help and type once", () => {
  const gauges = new Gauges();
  gauges.set("probe_success", 1);
  gauges.set("probe_http_duration_seconds", 0.1, { phase: "tls" });
  gauges.add("probe_http_duration_seconds", 0.2, { phase: "tls" });
  gauges.add("probe_http_duration_seconds", 1 / 3, { phase: "connect" });
  expect(gauges.text()).toBe(
    "# HELP probe_http_duration_seconds How long each phase took, all redirects together.\n" +
      "# TYPE probe_http_duration_seconds gauge\n" +
      'probe_http_duration_seconds{phase="connect"} 0.333333333\n' +
      'probe_http_duration_seconds{phase="tls"} 0.3\n' +
      "# HELP probe_success 1 when the probe found all as it should be.\n" +
      "# TYPE probe_success gauge\n" +
      "probe_success 1\n",
  );
});

it("text() holds on one line each, whatever a certificate calls itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (subject) => {
      const gauges = new Gauges();
      gauges.set("probe_ssl_last_chain_info", 1, { subject });
      const lines = gauges.text().trimEnd().split("\n");
      expect(lines).toHaveLength(3);
      expect(lines[2]).toMatch(
        /^probe_ssl_last_chain_info\{subject="(?:[^"\\\n]|\\[\\n"])*"\} 1$/u,
      );
    }),
  );
  const gauges = new Gauges();
  gauges.set("probe_ssl_last_chain_info", 1, { subject: 'a"b\\c\nd' });
  expect(parse(gauges.text())[0]?.metrics).toEqual([
    { value: "1", labels: { subject: 'a"b\\c\nd' } },
  ]);
});
