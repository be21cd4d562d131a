import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { loadSettings } from "./settings.ts";
import { groupedSettings, originText, shownSettings } from "./shown-settings.ts";

it("shownSettings() shows settings as people write them, and nothing that is secret", async () => {
  using folder = testFolder();
  folder.write(
    "clockwork.yaml",
    `server:
  probe:
    targets: ["https://ann:s3cret@shop.example/?token=s3cret&page=1"]
    modules:
      web:
        prober: http
        http:
          basic_auth: { username: ann, password: s3cret }
          headers: { X-Api-Key: s3cret, Accept: text/html }
          tls_config: { key_file: /etc/a.key, cert_file: /etc/a.pem }
`,
  );
  const loaded = await loadSettings({ root: folder.path, env: { CW_LISTEN: "[::1]:7" } });
  const shown = shownSettings(loaded);
  expect(JSON.stringify(shown)).not.toContain("s3cret");
  expect(groupedSettings(shown)).toMatchObject({
    server: {
      listen: "[::1]:7",
      probe: {
        targets: ["https://***@shop.example/?token=***&page=1"],
        modules: {
          web: {
            http: {
              basic_auth: { username: "ann", password: "***" },
              headers: { "X-Api-Key": "***", Accept: "text/html" },
              tls_config: { key_file: "/etc/a.key", cert_file: "/etc/a.pem" },
            },
          },
        },
      },
      tls: { key: null },
    },
    log: { level: "info" },
  });
});

it("originText() tells in a word where a setting comes from", () => {
  expect(
    [
      { kind: "default" } as const,
      { kind: "file", file: "clockwork.yaml", line: 12 } as const,
      { kind: "file", file: "clockwork.yaml", line: null } as const,
      { kind: "environment", variable: "CW_LISTEN" } as const,
      { kind: "flag", flag: "--listen" } as const,
    ].map(originText),
  ).toEqual(["default", "clockwork.yaml:12", "clockwork.yaml", "CW_LISTEN", "--listen"]);
});
