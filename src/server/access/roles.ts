import type { Role } from "../../api/route.ts";
import type { RoleRule } from "./settings.ts";
import { alternativeName, type Certificate } from "./x509/certificate.ts";
import type { Attribute, DistinguishedName } from "./x509/distinguished-name.ts";
import { NameError, parseName } from "./x509/parse-name.ts";

/** How much each role may do: the higher, the more. */
export const RANKS: Readonly<Record<Role, number>> = { reader: 1, user: 2, admin: 3 };

/** What is wrong with a setting of who may do what. */
export interface AccessProblem {
  /** Under `server`: `roles[2].subject`. */
  readonly property: string;
  readonly message: string;
}

/** Draws the role of whoever has a certificate; null for none. */
export type RoleOf = (certificate: Certificate) => Role | null;

type Condition = (certificate: Certificate) => boolean;

const ORGANIZATIONAL_UNIT = "2.5.4.11";

/**
 * Makes of rules what draws roles by them. The highest role of all rules that are met counts, so their order does not matter.
 *
 * @param rules - The rules.
 * @returns It, and what is wrong with the rules; a rule that is wrong is never met.
 */
export function compileRoles(rules: readonly RoleRule[]): {
  readonly roleOf: RoleOf;
  readonly problems: readonly AccessProblem[];
} {
  const problems: AccessProblem[] = [];
  const compiled = rules.map((rule, index) => ({
    role: rule.role,
    conditions: conditionsOf(rule, (property, message) => {
      const place = `roles[${String(index)}]`;
      problems.push({ property: property === null ? place : `${place}.${property}`, message });
    }),
  }));
  const highestFirst = compiled.toSorted((a, b) => RANKS[b.role] - RANKS[a.role]);
  const roleOf: RoleOf = (certificate) => {
    const met = highestFirst.find(({ conditions }) =>
      conditions.every((holds) => holds(certificate)),
    );
    return met?.role ?? null;
  };
  return { roleOf, problems };
}

type Complain = (property: keyof RoleRule | null, message: string) => void;

const never: Condition = () => false;

function conditionsOf(rule: RoleRule, complain: Complain): readonly Condition[] {
  const { role, subject, organizationalUnit, san, fingerprint } = rule;
  const conditions: Condition[] = [];
  if (subject !== undefined) conditions.push(bySubject(subject, complain));
  if (organizationalUnit !== undefined) conditions.push(byUnit(organizationalUnit, complain));
  if (san !== undefined) conditions.push(byName(san, complain));
  if (fingerprint !== undefined) conditions.push(byFingerprint(fingerprint, complain));
  if (conditions.length > 0 || role === "reader") return conditions;
  complain(null, `who is ${role} needs a subject, an organizationalUnit, a san or a fingerprint`);
  return [never];
}

function bySubject(text: string, complain: Complain): Condition {
  let wanted: DistinguishedName;
  try {
    wanted = parseName(text);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    complain("subject", error.message);
    return never;
  }
  // RFC 4514 writes the innermost part first, a certificate and some tools last.
  const both = [wanted, wanted.toReversed()];
  return ({ subject }) => both.some((name) => isSameName(name, subject));
}

function byUnit(text: string, complain: Complain): Condition {
  if (text === "") complain("organizationalUnit", "an organizational unit is not empty");
  return ({ subject }) =>
    text !== "" &&
    subject
      .flat()
      .some(({ oid, value, isText }) => isText && oid === ORGANIZATIONAL_UNIT && value === text);
}

function byName(text: string, complain: Complain): Condition {
  const wanted = alternativeName(text);
  if (wanted === null) {
    complain(
      "san",
      "a name begins with dns:, email:, uri: or ip:, and goes on with the name itself",
    );
    return never;
  }
  return ({ alternativeNames }) => alternativeNames.includes(wanted);
}

function byFingerprint(text: string, complain: Complain): Condition {
  const wanted = text.replaceAll(":", "").toLowerCase();
  if (!/^[\da-f]{64}$/u.test(wanted)) {
    complain(
      "fingerprint",
      "a fingerprint is of SHA-256: 64 hexadecimal digits, perhaps with colons",
    );
    return never;
  }
  return ({ fingerprint }) => fingerprint === wanted;
}

function isSameName(one: DistinguishedName, other: DistinguishedName): boolean {
  return (
    one.length === other.length && one.every((part, index) => isSamePart(part, other[index] ?? []))
  );
}

// The attributes of one part have no order.
function isSamePart(one: readonly Attribute[], other: readonly Attribute[]): boolean {
  const keys = (part: readonly Attribute[]): string =>
    JSON.stringify(
      part.map(({ oid, value, isText }) => JSON.stringify([oid, value, isText])).toSorted(),
    );
  return one.length === other.length && keys(one) === keys(other);
}
