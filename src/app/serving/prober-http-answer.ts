import { ObservationError } from "../../model/errors.ts";
import type { TransportResponse } from "../../ports/transport.ts";
import type { HeaderPattern, HttpProbe } from "./probe-module.ts";
import type { PatternSearch } from "./prober-pattern.ts";

/** What makes a probe fail that was answered. */
export interface Complaint {
  readonly says: string;
  /** True when a regular expression decided. */
  readonly isOfRegex: boolean;
}

/** What an answer is judged by. */
export interface Judging {
  readonly http: HttpProbe;
  readonly search: PatternSearch;
}

/**
 * Finds what is wrong with an answer.
 *
 * @param response - The last one.
 * @param isSecure - True when it came over TLS.
 * @param judging - What it should be like.
 * @returns The first thing; null when all is as it should be.
 */
export function complaintAbout(
  response: TransportResponse,
  isSecure: boolean,
  judging: Judging,
): Complaint | null {
  const { status, httpVersion } = response;
  const { http } = judging;
  const isValid =
    http.validStatuses.length === 0
      ? status >= 200 && status < 300
      : http.validStatuses.includes(status);
  if (!isValid) return complaint(`the status ${String(status)} is not a valid one`);
  const ofRegex = aboutText(response, judging);
  if (ofRegex !== null) return { says: ofRegex, isOfRegex: true };
  const isOfVersion =
    http.validVersions.length === 0 || http.validVersions.includes(httpVersion ?? "");
  if (!isOfVersion) return complaint(`HTTP/${String(httpVersion)} is not a valid version`);
  return aboutTls(isSecure, http);
}

// An expression that takes too long has decided nothing, and a probe must not succeed by that.
function aboutText(response: TransportResponse, judging: Judging): string | null {
  try {
    return aboutHeaders(response, judging) ?? aboutBody(response, judging);
  } catch (error) {
    if (error instanceof ObservationError) return error.message;
    throw error;
  }
}

function aboutHeaders(response: TransportResponse, { http, search }: Judging): string | null {
  const told = (
    { header, pattern, mayBeMissing }: HeaderPattern,
    isWrong: (matches: boolean) => boolean,
  ): string | null => {
    const value = response.header(header.toLowerCase());
    if (value === null) return mayBeMissing ? null : `the header ${header} is missing`;
    const matches = search.find(pattern, value) !== null;
    return isWrong(matches) ? `the header ${header} ${verb(matches)} ${pattern.source}` : null;
  };
  return (
    firstOf(http.failsIfHeaderMatches, (each) => told(each, (matches) => matches)) ??
    firstOf(http.failsIfHeaderMatchesNot, (each) => told(each, (matches) => !matches))
  );
}

function aboutBody(response: TransportResponse, { http, search }: Judging): string | null {
  const { failsIfBodyMatches, failsIfBodyMatchesNot } = http;
  if (failsIfBodyMatches.length + failsIfBodyMatchesNot.length === 0) return null;
  const body = new TextDecoder().decode(response.body);
  const told = (pattern: (typeof failsIfBodyMatches)[number], isWrong: boolean): string | null => {
    const matches = search.find(pattern, body) !== null;
    return matches === isWrong ? `the body ${verb(matches)} ${pattern.source}` : null;
  };
  return (
    firstOf(failsIfBodyMatches, (pattern) => told(pattern, true)) ??
    firstOf(failsIfBodyMatchesNot, (pattern) => told(pattern, false))
  );
}

function aboutTls(isSecure: boolean, http: HttpProbe): Complaint | null {
  if (isSecure && http.failsIfTls) return complaint("the answer came over TLS");
  if (!isSecure && http.failsIfNotTls) return complaint("the answer did not come over TLS");
  return null;
}

function firstOf<T>(items: readonly T[], told: (item: T) => string | null): string | null {
  for (const item of items) {
    const says = told(item);
    if (says !== null) return says;
  }
  return null;
}

function complaint(says: string): Complaint {
  return { says, isOfRegex: false };
}

function verb(matches: boolean): string {
  return matches ? "matches" : "does not match";
}
