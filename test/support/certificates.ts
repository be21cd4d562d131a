import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { testFolder } from "./folder.ts";

const run = promisify(execFile);

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** Whom it is for, as openssl writes it: `/O=Example/CN=alice`; `/CN=test` by default. */
  readonly subject?: string;
  /** As in a certificate: `DNS:a.example`, `IP:127.0.0.1`. */
  readonly names: readonly string[];
  /** What it is for, where that is said: `serverAuth`. */
  readonly purpose?: string;
  /** When it becomes valid, in days from now; -1 by default. */
  readonly fromDays?: number;
  /** When it expires, in days from now; 1 by default. */
  readonly toDays?: number;
}

/** An authority that signs certificates. */
export interface CertificateAuthority extends Disposable {
  /** Its own certificate, as PEM: what a client is to trust. */
  readonly cert: string;
  /** Makes a certificate; one after the other. */
  readonly issue: (options: CertificateOptions) => Promise<KeyPair>;
  /** Makes a certificate that is signed by its own key. */
  readonly selfSigned: (options: CertificateOptions) => Promise<KeyPair>;
  /** Takes a certificate back; that stands in lists that are made afterwards. */
  readonly revoke: (pair: KeyPair) => Promise<void>;
  /** Makes a list of revoked certificates, as PEM, that is to be replaced in so many seconds; a day by default. */
  readonly revocationList: (options?: { readonly seconds?: number }) => Promise<string>;
}

/** Only what no defaults of a system may decide. */
const CONFIGURATION = `
[req]
distinguished_name = none
[none]
[authority]
basicConstraints = critical, CA:true
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
preserve = yes
policy = any
copy_extensions = copy
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
userId = optional
`;

/** Makes an authority in a folder of its own, which is gone when the test is over. */
export async function certificateAuthority(name = "authority"): Promise<CertificateAuthority> {
  const folder = testFolder();
  folder.write("openssl.cnf", CONFIGURATION);
  folder.write("index.txt", "");
  const openssl = async (...args: readonly string[]): Promise<void> => {
    await run("openssl", args, { cwd: folder.path });
  };
  const read = (name: string): string => readFileSync(`${folder.path}/${name}`, "utf8");
  const newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(" ");
  const request = ["req", "-config", "openssl.cnf", ...newKey];
  const subject = ({ names, subject = "/CN=test", purpose }: CertificateOptions): string[] => [
    ...["-utf8", "-subj", subject],
    ...(purpose === undefined ? [] : ["-addext", `extendedKeyUsage=${purpose}`]),
    ...(names.length === 0 ? [] : ["-addext", `subjectAltName=${names.join(",")}`]),
  ];
  const authority = "-x509 -days 365 -extensions authority -keyout ca.key -out ca.pem".split(" ");
  const signing = "ca -config openssl.cnf -cert ca.pem -keyfile ca.key".split(" ");
  await openssl(...request, ...authority, "-subj", `/CN=${name}`);
  return {
    cert: read("ca.pem"),
    issue: async (options) => {
      const { fromDays = -1, toDays = 1 } = options;
      await openssl(...request, ...subject(options), "-keyout", "own.key", "-out", "own.csr");
      await openssl(
        ...signing,
        ...["-batch", "-notext", "-startdate", timeIn(fromDays), "-enddate", timeIn(toDays)],
        ...["-in", "own.csr", "-out", "own.pem"],
      );
      return { cert: read("own.pem"), key: read("own.key") };
    },
    selfSigned: async (options) => {
      const files = "-x509 -days 2 -keyout own.key -out own.pem".split(" ");
      await openssl(...request, ...subject(options), ...files);
      return { cert: read("own.pem"), key: read("own.key") };
    },
    revoke: async ({ cert }) => {
      folder.write("revoked.pem", cert);
      await openssl(...signing, "-revoke", "revoked.pem");
    },
    revocationList: async ({ seconds = 86_400 } = {}) => {
      const times = ["-crlsec", String(seconds)];
      await openssl(...signing, "-gencrl", ...times, "-out", "list.pem");
      return read("list.pem");
    },
    [Symbol.dispose]: () => {
      folder[Symbol.dispose]();
    },
  };
}

// As ASN.1 writes it: `20260731120000Z`.
function timeIn(days: number): string {
  const time = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${time.slice(0, 19).replace(/[-:T]/gu, "")}Z`;
}
