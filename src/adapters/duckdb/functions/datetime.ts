import { datetimeCastMacros } from './datetime-cast.js';
import { datetimeFormatMacros, datetimeFormatRules } from './datetime-format.js';
import { datetimeInstantMacros, datetimeInstantRules } from './datetime-instant.js';
import { datetimeIsoMacros, datetimeIsoRules } from './datetime-iso.js';
import { datetimeParseMacros, datetimeParseRules } from './datetime-parse.js';
import { datetimePartMacros, datetimePartRules } from './datetime-part.js';
import { datetimeUnitMacros, datetimeUnitRules } from './datetime-unit.js';
import type { FunctionFamily } from './rule.js';

/** Trino's date and time functions. EXTRACT and AT TIME ZONE call them too. */
export const datetimeFunctions: FunctionFamily = {
  name: 'datetime',
  rules: {
    ...datetimePartRules,
    ...datetimeUnitRules,
    ...datetimeInstantRules,
    ...datetimeIsoRules,
    ...datetimeFormatRules,
    ...datetimeParseRules,
  },
  macros: {
    ...datetimeCastMacros,
    ...datetimePartMacros,
    ...datetimeUnitMacros,
    ...datetimeInstantMacros,
    ...datetimeIsoMacros,
    ...datetimeFormatMacros,
    ...datetimeParseMacros,
  },
};
