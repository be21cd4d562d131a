import { constants } from "node:crypto";
import { open } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import type { Code } from "../../model/codes.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { TlsFiles } from "./settings.ts";
import { readCertificates, type Certificate } from "./x509/certificate.ts";
import type { Authorities } from "./x509/judge-chain.ts";
import { readRevocationLists, type RevocationList } from "./x509/revocation-list.ts";

/** What the files of a server's certificates come to. */
export interface TlsMaterial {
  readonly secureContext: SecureContextOptions;
  readonly authorities: Authorities | null;
}

/** Larger than any bundle of certificates; a list of 100,000 revoked ones is about this large. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Reads the files of a server's certificates, and makes sure that they belong together.
 *
 * @param files - Where they are.
 * @returns What they come to.
 * @throws {@link ConfigurationError} When they cannot be used: which file, and why.
 */
export async function readTlsFiles(files: TlsFiles): Promise<TlsMaterial> {
  if ((files.cert === null) !== (files.key === null)) {
    throw problem(
      files,
      "cert",
      "a certificate and its key belong together: one of them is missing",
    );
  }
  if (files.crl !== null && files.ca === null) {
    throw problem(files, "crl", "a list of revoked certificates needs tls.ca: whose list it is");
  }
  const [cert, key, ca, crl] = await Promise.all([
    readTlsFile(files, "cert"),
    readTlsFile(files, "key"),
    readTlsFile(files, "ca"),
    readTlsFile(files, "crl"),
  ]);
  const authorities = ca === null ? null : readAuthorities(files, ca, crl);
  const secureContext = secureContextOf(cert, key, authorities);
  if (cert !== null) {
    attempt(files, "cert", () => createSecureContext(secureContext));
  }
  return { secureContext, authorities };
}

function readAuthorities(files: TlsFiles, ca: Buffer, crl: Buffer | null): Authorities {
  const certificates = attempt(files, "ca", () => readCertificates(ca.toString("latin1")));
  if (certificates.length === 0) throw problem(files, "ca", "it holds no certificate in PEM");
  const lists =
    crl === null ? null : attempt(files, "crl", () => readRevocationLists(crl, certificates));
  return { certificates, lists };
}

function secureContextOf(
  cert: Buffer | null,
  key: Buffer | null,
  authorities: Authorities | null,
): SecureContextOptions {
  return {
    ...(cert === null || key === null ? {} : { cert, key }),
    // Never left out: Node would believe everybody whom browsers believe.
    ca: (authorities?.certificates ?? []).map(({ x509 }: Certificate) => x509.toString()),
    ...crlOption(authorities?.lists ?? null),
    minVersion: "TLSv1.2",
    // A resumed session would skip the look at the certificate; and a connection keeps the one that it began with.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}

// One by one: of several in one text only the first would count.
function crlOption(lists: readonly RevocationList[] | null): Pick<SecureContextOptions, "crl"> {
  return lists === null ? {} : { crl: lists.map(({ pem }) => pem) };
}

async function readTlsFile(files: TlsFiles, name: keyof TlsFiles): Promise<Buffer | null> {
  const path = files[name];
  if (path === null) return null;
  let content: Buffer;
  try {
    await using file = await open(path, "r");
    const buffer = Buffer.alloc(LIMIT_BYTES + 1);
    let length = 0;
    for (let isMore = true; isMore && length < buffer.length;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      isMore = bytesRead > 0;
      length += bytesRead;
    }
    content = Buffer.from(buffer.subarray(0, length));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isMissing) throw problem(files, name, "the file does not exist", "file-missing");
    throw problem(files, name, `it cannot be read: ${messageOf(error)}`, "file-unreadable");
  }
  if (content.length <= LIMIT_BYTES) return content;
  throw problem(files, name, "a file of certificates has 4 MiB at the most", "file-too-large");
}

function attempt<T>(files: TlsFiles, name: keyof TlsFiles, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw problem(files, name, `it cannot be used: ${messageOf(error)}`);
  }
}

function problem(
  files: TlsFiles,
  name: keyof TlsFiles,
  message: string,
  code: Code = "configuration-invalid",
): ConfigurationError {
  const file = files[name] ?? "";
  const property = `server.tls.${name}`;
  return new ConfigurationError([
    { code, file, line: null, column: null, property, message, hint: null },
  ]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
