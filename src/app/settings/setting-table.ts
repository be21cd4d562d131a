import { anyJson, list, object, record } from "../../model/composite-types.ts";
import { integer, oneOf, text } from "../../model/option-types.ts";
import type { Fields } from "../../model/options.ts";
import { LOG_LEVELS } from "../log/log-level.ts";
import { LIMIT_SETTINGS } from "./limit-settings.ts";
import {
  fileSetting,
  listSetting,
  numberSetting,
  Setting,
  switchSetting,
  type SettingGroup,
  type SettingValues,
} from "./setting.ts";
import { address, addressText, basePath, network, size } from "./setting-types.ts";

const KIB = 1_024;
const MIB = KIB * KIB;
const GIB = KIB * MIB;

/** A rule about who has a role: whoever's certificate meets all of it. */
const ROLE_FIELDS = {
  role: oneOf(["reader", "user", "admin"]).required("What they may do."),
  subject: text({ most: 1_024 }).optional(
    "The whole subject of their certificate, such as `CN=alice,OU=ops,O=Example`.",
  ),
  organizationalUnit: text({ most: 256 }).optional(
    "One of the organisational units (OU) of the subject, whole.",
  ),
  san: text({ most: 1_024 }).optional(
    "One of the alternative names of the certificate, such as `dns:ci.example`, `email:`, `uri:`, `ip:`.",
  ),
  fingerprint: text({
    most: 95,
    like: /^(?:[\da-f]{2}:?){31}[\da-f]{2}$/iu,
    label: "SHA-256 fingerprint as 64 hexadecimal digits, with or without colons",
  }).optional("The SHA-256 fingerprint of the certificate: 64 hexadecimal digits."),
} satisfies Fields;

/** Every setting. What reads, shows and documents them follows from here. */
export const SETTINGS = {
  server: {
    listen: new Setting(
      address().or("127.0.0.1:5000", "Where the API is served; port 0 takes any that is free."),
      { flag: "<host:port>", shown: addressText },
    ),
    basePath: new Setting(basePath().or("", "What stands before all paths, such as `/monitor`."), {
      flag: "<path>",
    }),
    hosts: listSetting(
      text({ most: 255, like: /^[^\s/,@]+$/u, label: "name or address of a host" }),
      "Names by which the server may be asked without TLS, besides those of the loopback.",
    ),
    insecure: switchSetting(
      "Listen to other machines without TLS, too: whoever reaches the port may read everything.",
      { flag: "" },
    ),
    otherUsers: new Setting(
      oneOf(["none", "reader"]).or(
        "none",
        "What other users of this machine may do without TLS, where they can be told from who runs this.",
      ),
    ),
    tls: {
      cert: fileSetting("The certificate of the server and its chain, as PEM.", { flag: "<file>" }),
      key: fileSetting("The private key of the certificate, as PEM.", { flag: "<file>" }),
      ca: fileSetting("Who signs the certificates of clients, as PEM.", { flag: "<file>" }),
      crl: fileSetting("Which of them are revoked, as PEM.", { flag: "<file>" }),
    },
    roles: new Setting(
      list(object(ROLE_FIELDS)).or(
        [],
        "Who may do what, by what their certificate says. Who is in no rule may do nothing.",
      ),
      { fromText: null, entries: ROLE_FIELDS },
    ),
    trustedProxies: listSetting(
      network(),
      "Proxies that verify certificates themselves and name them in a header.",
    ),
    allowedFolders: listSetting(
      text({ most: 4_096, label: "path" }),
      "Folders whose projects an administrator may add.",
      { isPath: () => true },
    ),
    probe: {
      targets: listSetting(
        text({ most: 2_048 }),
        "What `/probe` may look at. Nothing else is looked at.",
      ),
      modules: new Setting(
        record(anyJson()).or({}, "How `/probe` looks, by name, as blackbox_exporter has them."),
        { fromText: null, isPath: (key) => key.endsWith("_file") },
      ),
    },
    limits: LIMIT_SETTINGS,
  },
  log: {
    level: new Setting(
      oneOf(LOG_LEVELS).or(
        "info",
        "What matters less is not logged: `debug`, `info`, `warn`, `error`.",
      ),
      {
        flag: "<level>",
      },
    ),
    file: fileSetting("Where the log is written to, as lines of JSON.", { flag: "<file>" }),
    maxBytes: numberSetting(
      size(KIB, 100 * GIB).or(10 * MIB, "At this size another file is begun, in bytes."),
    ),
    keep: numberSetting(integer(0, 1_000).or(5, "How many older files are kept.")),
  },
} satisfies SettingGroup;

/** What holds: every setting has a value. */
export type Settings = SettingValues<typeof SETTINGS>;
