import { XMLParser } from 'fast-xml-parser';
import { ServiceError } from '../core/service.js';

/** What an element holds: a text, further elements, or several elements of one name. */
export type XmlValue = string | number | boolean | XmlElements | readonly XmlValue[] | undefined;
export interface XmlElements {
  readonly [name: string]: XmlValue;
}

/** Returns an XML document with one root; elements that are `undefined` are left out, lists repeat their element. */
export function writeXml(root: string, elements: XmlElements, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${writeElements(elements)}</${root}>`;
}

/** The namespace of S3's answers. */
export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

function writeElements(elements: XmlElements): string {
  return Object.entries(elements)
    .map(([name, value]) => writeElement(name, value))
    .join('');
}

function writeElement(name: string, value: XmlValue): string {
  if (value === undefined) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.map((each: XmlValue) => writeElement(name, each)).join('');
  }
  const content =
    typeof value === 'object' ? writeElements(value as XmlElements) : escapeXml(String(value));
  return `<${name}>${content}</${name}>`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => escapes[character] ?? character);
}

const repeated = new Set([
  'Delete.Object',
  'CompleteMultipartUpload.Part',
  'LifecycleConfiguration.Rule',
]);

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  htmlEntities: true,
  isArray: (_name, path) => repeated.has(String(path)),
});

/**
 * Returns the elements under the root of a request's body; every text is a string as it stands. Throws `ServiceError`
 * `MalformedXML` for what is no XML or has another root.
 */
export function parseXml(body: Uint8Array, root: string): Readonly<Record<string, unknown>> {
  const text = Buffer.from(body).toString('utf8').trim();
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parser.parse(text) as typeof document;
  } catch {
    throw malformedXml();
  }
  // The parser forgives a document that breaks off.
  const elements = text.endsWith(`</${root}>`) ? document[root] : undefined;
  if (typeof elements === 'object' && elements !== null) {
    return elements as Readonly<Record<string, unknown>>;
  }
  throw malformedXml();
}

/** The error for a body that does not hold what it should. */
export function malformedXml(): ServiceError {
  return new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

/** Returns an element's text, or `undefined` where there is no such element. */
export function textOf(
  elements: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = elements[name];
  return typeof value === 'string' ? value : undefined;
}
