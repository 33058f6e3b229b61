import { checkOptions, complaint } from "../arguments/index.js";
import { Dataset, type Provenance } from "../datasets/index.js";
import { kindOf } from "../graph/index.js";
import { croissantContext } from "./croissantContext.js";
import { licenceAddress } from "./licences.js";

/** A file of a data set. */
export interface CroissantFile {
  /** The file's name, as in `"digits.bin"`. */
  name: string;
  /** Where it is: an address, or a path beside the description. */
  contentUrl: string;
  /** Its MIME type, as in `"text/csv"`. */
  encodingFormat: string;
  /** Its SHA-256 digest, 64 hexadecimal digits. Default: the digest in the data's provenance. */
  sha256?: string;
}

/** Options of {@link croissant}. */
export interface CroissantOptions {
  /** A description of the data, in a sentence or more. */
  description: string;
  /** Where the data are published. */
  url: string;
  /** The file that the examples were read from. */
  file: CroissantFile;
  /** Who made the data. Default: the provenance's source. */
  creator?: string;
  /** How to cite the data. Default: name, source and licence. */
  citeAs?: string;
  /** When the data were published, as in `"1998-07-01"`. Default: not stated. */
  datePublished?: string;
  /** The version of the data. Default `"1.0.0"`. */
  version?: string;
}

type Json = Record<string, unknown>;

/**
 * The provenance of data as Croissant, MLCommons' format for describing data sets (version 1.0, JSON-LD over schema.org): name,
 * licence, file and digest, the shape of examples, the classes, and for each part which of the examples it holds and how
 * they were processed. Search engines and hubs read it; write it to a file by `JSON.stringify`.
 *
 * @param parts the parts of the data by name, as `q.datasets.digits` returns them
 * @throws TypeError or RangeError if a part isn't a data set, if parts have other examples or classes, or if an entry is missing
 * @example
 * const card = q.provenance.croissant({ train, test }, {
 *   description: "Handwritten digits of 8 × 8 pixels.",
 *   url: "https://doi.org/10.24432/C50P49",
 *   file: { name: "digits.bin", contentUrl: "digits.bin", encodingFormat: "application/octet-stream" },
 * });
 * card["@type"]; // "sc:Dataset"
 */
export function croissant(
  parts: Readonly<Record<string, Dataset>>,
  options: CroissantOptions,
): Record<string, unknown> {
  checkOptions<CroissantOptions>("q.provenance.croissant", options, {
    description: true,
    url: true,
    file: true,
    creator: true,
    citeAs: true,
    datePublished: true,
    version: true,
  });
  const entries = checkParts(parts);
  const date = options?.datePublished;
  if (
    date !== undefined &&
    !(/^\d{4}-\d{2}-\d{2}/.test(date) && Number.isFinite(Date.parse(date)))
  ) {
    const value = date;
    throw new RangeError(
      complaint({ name: "datePublished", value, expected: 'a date as "1998-07-01"' }),
    );
  }
  const first = entries[0]![1];
  const { name, source, licence, hash } = first.provenance;
  const { file } = options ?? {};
  const digest = file?.sha256 ?? /^sha256:([0-9a-f]{64})$/.exec(hash ?? "")?.[1];
  const stated = {
    description: options?.description,
    url: options?.url,
    "file.name": file?.name,
    "file.contentUrl": file?.contentUrl,
    "file.encodingFormat": file?.encodingFormat,
    "file.sha256": digest,
  };
  const missing = Object.entries(stated).find(([, value]) => typeof value !== "string" || !value);
  if (missing) {
    throw new TypeError(
      complaint({
        name: missing[0],
        value: missing[1],
        expected: "a text, which a description of data needs",
      }),
    );
  }
  const label = slug(name);
  const fileId = slug(file.name);
  return {
    "@context": croissantContext,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.0",
    name: label,
    alternateName: name,
    description: options.description,
    url: options.url,
    license: licenceAddress(licence),
    creator: { "@type": "sc:Organization", name: options.creator ?? source },
    citeAs: options.citeAs ?? `${name}. ${source}. ${licence}.`,
    ...(options.datePublished && { datePublished: options.datePublished }),
    version: options.version ?? "1.0.0",
    distribution: [
      {
        "@type": "cr:FileObject",
        "@id": fileId,
        name: file.name,
        contentUrl: file.contentUrl,
        encodingFormat: file.encodingFormat,
        sha256: digest,
      },
    ],
    recordSet: [...classSet(first), partSet(entries), exampleSet(first, fileId)],
  };
}

/** The classes, with their names. */
function classSet({ classes, labels }: Dataset): Json[] {
  if (classes === 0) return [];
  return [
    {
      "@type": "cr:RecordSet",
      "@id": "classes",
      dataType: "sc:Enumeration",
      key: { "@id": "classes/number" },
      field: [
        { "@type": "cr:Field", "@id": "classes/number", dataType: "sc:Integer" },
        { "@type": "cr:Field", "@id": "classes/name", dataType: "sc:Text" },
      ],
      data: Array.from({ length: classes }, (_, c) => ({
        "classes/number": c,
        "classes/name": labels?.[c] ?? String(c),
      })),
    },
  ];
}

/** The parts: how many examples each has, which these are, and how they were processed. */
function partSet(entries: readonly (readonly [string, Dataset])[]): Json {
  return {
    "@type": "cr:RecordSet",
    "@id": "parts",
    dataType: "cr:Split",
    key: { "@id": "parts/name" },
    field: ["name", "selection", "preprocessing"]
      .map((name): Json => ({ "@type": "cr:Field", "@id": `parts/${name}`, dataType: "sc:Text" }))
      .concat({ "@type": "cr:Field", "@id": "parts/examples", dataType: "sc:Integer" }),
    data: entries.map(([name, { size, provenance }]) => ({
      "parts/name": name,
      "parts/examples": size,
      "parts/selection": provenance.split ?? "all",
      "parts/preprocessing": provenance.preprocessing ?? "none",
    })),
  };
}

function exampleSet({ xs, classes }: Dataset, file: string): Json {
  const source = { fileObject: { "@id": file }, extract: { fileProperty: "content" } };
  const target =
    classes > 0
      ? {
          "@id": "examples/label",
          dataType: "sc:Integer",
          references: { field: { "@id": "classes/number" } },
        }
      : { "@id": "examples/target", dataType: "sc:Float" };
  return {
    "@type": "cr:RecordSet",
    "@id": "examples",
    description: `Examples of shape ${xs.shape.slice(1).join(" × ")}.`,
    field: [
      {
        "@type": "cr:Field",
        "@id": "examples/values",
        description: `The values of an example, ${xs.shape.slice(1).join(" × ")}.`,
        dataType: "sc:Float",
        repeated: true,
        source,
      },
      { "@type": "cr:Field", ...target, source },
    ],
  };
}

function checkParts(parts: Readonly<Record<string, Dataset>>): [string, Dataset][] {
  const entries = Object.entries(parts ?? {});
  if (entries.length === 0) {
    throw new RangeError("invalid parts: none (expected data sets by name, as in { train, test })");
  }
  const [, first] = entries[0]!;
  for (const [name, data] of entries) {
    if (!(data instanceof Dataset)) {
      throw new TypeError(
        `invalid ${name}: ${kindOf(data)} (expected a data set, as in { train, test })`,
      );
    }
    data.checkAlive();
    const shape = String(data.xs.shape.slice(1));
    if (shape === String(first.xs.shape.slice(1)) && data.classes === first.classes) continue;
    throw new RangeError(
      `invalid ${name}: examples of shape [${shape}] in ${data.classes} classes (expected those of the first part, [${first.xs.shape.slice(1)}] in ${first.classes})`,
    );
  }
  return entries;
}

/** A name as identifiers allow it. */
function slug(name: Provenance["name"]): string {
  return name.trim().replace(/[^\w.-]+/g, "_") || "data";
}
