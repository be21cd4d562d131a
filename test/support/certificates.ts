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
  /** As in a certificate: `DNS:a.example`, `IP:127.0.0.1`. */
  readonly names: readonly string[];
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
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

/** Makes an authority in a folder of its own, which is gone when the test is over. */
export async function certificateAuthority(): Promise<CertificateAuthority> {
  const folder = testFolder();
  folder.write("openssl.cnf", CONFIGURATION);
  folder.write("index.txt", "");
  const openssl = async (...args: readonly string[]): Promise<void> => {
    await run("openssl", args, { cwd: folder.path });
  };
  const read = (name: string): string => readFileSync(`${folder.path}/${name}`, "utf8");
  const newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(" ");
  const request = ["req", "-config", "openssl.cnf", ...newKey];
  const subject = ({ names }: CertificateOptions): string[] => [
    ...["-subj", "/CN=test", "-addext", `subjectAltName=${names.join(",")}`],
  ];
  const authority = "-x509 -days 365 -extensions authority -keyout ca.key -out ca.pem".split(" ");
  await openssl(...request, ...authority, "-subj", "/CN=authority");
  return {
    cert: read("ca.pem"),
    issue: async (options) => {
      const { fromDays = -1, toDays = 1 } = options;
      await openssl(...request, ...subject(options), "-keyout", "own.key", "-out", "own.csr");
      await openssl(
        ..."ca -config openssl.cnf -batch -notext -cert ca.pem -keyfile ca.key".split(" "),
        ...["-startdate", timeIn(fromDays), "-enddate", timeIn(toDays)],
        ...["-in", "own.csr", "-out", "own.pem"],
      );
      return { cert: read("own.pem"), key: read("own.key") };
    },
    selfSigned: async (options) => {
      const files = "-x509 -days 2 -keyout own.key -out own.pem".split(" ");
      await openssl(...request, ...subject(options), ...files);
      return { cert: read("own.pem"), key: read("own.key") };
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
