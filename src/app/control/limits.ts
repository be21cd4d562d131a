/** The version of the protocol: both ends must speak the same one. */
export const PROTOCOL = "clockwork-control-1";

/** A request may be so long, in bytes; one with a plan longer. */
export const LIMIT_REQUEST_BYTES = 1024 * 1024;

/** What a plan that is handed over may take with all that it refers to, and any single answer, in bytes. */
export const LIMIT_LINE_BYTES = 64 * 1024 * 1024;

/** So much may wait for one client that does not read, in bytes; then it is cut. */
export const LIMIT_PENDING_BYTES = 16 * 1024 * 1024;

/** So many may be connected at once. */
export const LIMIT_CONNECTIONS = 128;

/** So much may one client ask for at once. */
export const LIMIT_REQUESTS = 64;

/** A client that asks for nothing is cut after so long, and so is one that does not read an answer. */
export const LIMIT_SILENCE_MS = 60_000;

/** So long a client waits to be greeted. */
export const LIMIT_GREETING_MS = 10_000;

/** So many resources are told in one line. */
export const RESOURCES_PER_LINE = 500;
