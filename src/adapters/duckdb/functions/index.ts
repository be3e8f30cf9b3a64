import { aggregateFunctions } from './aggregate.js';
import { arrayFunctions } from './array.js';
import { binaryFunctions } from './binary.js';
import { bitwiseFunctions } from './bitwise.js';
import { comparisonFunctions } from './comparison.js';
import { conditionalFunctions } from './conditional.js';
import { conversionFunctions } from './conversion.js';
import { datetimeFunctions } from './datetime.js';
import { geospatialFunctions } from './geospatial.js';
import { jsonFunctions } from './json.js';
import { lambdaFunctions } from './lambda.js';
import { mapFunctions } from './map.js';
import { mathFunctions } from './math.js';
import { otherFunctions } from './other.js';
import { regexpFunctions } from './regexp.js';
import type { FunctionFamily } from './rule.js';
import { semanticsMacros } from './semantics.js';
import { stringFunctions } from './string.js';
import { urlFunctions } from './url.js';
import { windowFunctions } from './window.js';

/** All families, one a page of Trino's manual. */
export const functionFamilies: readonly FunctionFamily[] = [
  aggregateFunctions,
  arrayFunctions,
  binaryFunctions,
  bitwiseFunctions,
  comparisonFunctions,
  conditionalFunctions,
  conversionFunctions,
  datetimeFunctions,
  geospatialFunctions,
  jsonFunctions,
  lambdaFunctions,
  mapFunctions,
  mathFunctions,
  otherFunctions,
  regexpFunctions,
  stringFunctions,
  urlFunctions,
  windowFunctions,
  semanticsMacros,
];
