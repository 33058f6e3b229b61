/** The addresses of licences, and their identifiers as model hubs write them. */
const known: Readonly<Record<string, { url: string; id: string }>> = {
  "CC BY 4.0": { url: "https://creativecommons.org/licenses/by/4.0/", id: "cc-by-4.0" },
  "CC BY-SA 4.0": { url: "https://creativecommons.org/licenses/by-sa/4.0/", id: "cc-by-sa-4.0" },
  "CC BY-SA 3.0": { url: "https://creativecommons.org/licenses/by-sa/3.0/", id: "cc-by-sa-3.0" },
  "CC BY-NC 4.0": { url: "https://creativecommons.org/licenses/by-nc/4.0/", id: "cc-by-nc-4.0" },
  CC0: { url: "https://creativecommons.org/publicdomain/zero/1.0/", id: "cc0-1.0" },
  MIT: { url: "https://opensource.org/license/mit", id: "mit" },
  "Apache-2.0": { url: "https://www.apache.org/licenses/LICENSE-2.0", id: "apache-2.0" },
};

/** @internal The address of a licence where it is known, else the words themselves. */
export function licenceAddress(licence: string): string {
  return known[licence]?.url ?? licence;
}

/** @internal A licence as model hubs write it; `"other"` for one that they have no identifier for. */
export function licenceIdentifier(licence: string): string {
  return known[licence]?.id ?? "other";
}
