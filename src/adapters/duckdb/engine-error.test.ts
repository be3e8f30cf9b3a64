import { describe, expect, it } from 'vitest';
import { codeOf, isDiskFull, locateOffset, namesCulprit, readEngineError } from './engine-error.js';

describe('readEngineError', () => {
  it('reads an error written as JSON', () => {
    const message =
      '{"exception_type":"Binder","exception_message":"Referenced column \\"a\\" not found in FROM clause!\\nCandidate bindings: \\"b\\"","position":"7","name":"a"}';
    expect(readEngineError(new Error(message))).toEqual({
      type: 'Binder',
      reason: 'Referenced column "a" not found in FROM clause',
      advice: 'Candidate bindings: "b"',
      offset: 7,
      name: 'a',
    });
  });

  it('reads JSON behind the name of the error', () => {
    const message =
      'Parser Error: {"exception_type":"Parser","exception_message":"syntax error at or near \\"from\\"","position":"22"}';
    expect(readEngineError(new Error(message))).toMatchObject({
      type: 'Parser',
      reason: 'syntax error at or near "from"',
      offset: 22,
    });
  });

  it('leaves the repeated statement out of an error written as text', () => {
    const message = 'IO Error: No files found that match "x"\n\nLINE 1: select 1\n        ^';
    expect(readEngineError(new Error(message))).toMatchObject({
      type: 'IO',
      reason: 'No files found that match "x"',
      advice: undefined,
    });
  });

  it('says what to do where a number leaves its range', () => {
    const message = 'Out of Range Error: Overflow in addition of INT32 (2000000000 + 2000000000)!';
    expect(readEngineError(new Error(message))).toMatchObject({
      reason: 'Overflow in addition of INT32 (2000000000 + 2000000000)',
      advice: expect.stringContaining('cast an operand to a type with more room') as string,
    });
  });

  it('takes the message of a failing macro out of the cast that carries it', () => {
    const message = `Conversion Error: Could not convert string 'stedi_trino: Cannot cast 'x' to BIGINT' to INT64`;
    expect(readEngineError(new Error(message))).toMatchObject({
      reason: "Cannot cast 'x' to BIGINT",
      advice: 'TRY_CAST(… AS …) gives NULL for values that cannot be cast',
    });
    expect(
      readEngineError(new Error("Conversion Error: Could not convert string 'x' to INT64")),
    ).toMatchObject({ reason: "Could not convert string 'x' to INT64", advice: undefined });
  });

  it('takes the message of a refusing macro out of the time zone that carries it, without the zones that DuckDB proposes', () => {
    const message = `Not implemented Error: Unknown TimeZone 'stedi_trino: The text isn't valid JSON: {'!\n\nCandidate time zones: "Iceland"`;
    expect(readEngineError(new Error(message))).toMatchObject({
      reason: "The text isn't valid JSON: {",
      advice: undefined,
    });
    expect(
      readEngineError(new Error("Not implemented Error: Unknown TimeZone 'Nowhere/X'!")),
    ).toMatchObject({ reason: "Unknown TimeZone 'Nowhere/X'" });
  });

  it('tells a limit of DuckDB that one of our macros found from other failures', () => {
    const message = `Not implemented Error: Unknown TimeZone 'stedi_trino limit faulty-json: {"a":\n 1'!\n\nCandidate time zones: "Iceland"`;
    const error = readEngineError(new Error(message));
    expect(codeOf(error)).toBe('engine-limit');
    expect(error).toMatchObject({
      reason:
        'DuckDB cannot compute this value: the JSON is cut off or faulty, and Athena reads it up to the fault ({"a": 1)',
      raised: 'stedi_trino limit faulty-json: {"a":\n 1',
      limit: { name: 'faulty-json' },
    });
    expect(error.advice).toMatch(/TRY\(json_parse\(…\)\).*; or run it on Athena$/);
  });

  it.each([
    ['Out of Range Error: VARPOP is out of range!', 'variance'],
    ['Out of Range Error: STDDEV_SAMP is out of range!', 'variance'],
    [
      'Conversion Error: Casting value "1200" to type DECIMAL(38,37) failed: value is out of range!',
      'digits',
    ],
    [
      'Out of Range Error: Overflow in multiplication of DECIMAL(38) (99 * 99). You might want to add an explicit cast.',
      'digits',
    ],
    ['Conversion Error: Date and time not in timestamp range', 'moments'],
  ])('knows the limit behind %s', (message, name) => {
    const error = readEngineError(new Error(message));
    expect(codeOf(error)).toBe('engine-limit');
    expect(error.limit?.name).toBe(name);
  });

  it.each([
    'Conversion Error: Casting value "1200" to type DECIMAL(3,1) failed: value is out of range!',
    'Out of Range Error: Overflow in addition of INT32 (2147483647 + 1)!',
    "Conversion Error: Could not convert string 'stedi_trino: Division by zero' to INT64",
    "Not implemented Error: Unknown TimeZone 'stedi_trino limit of-a-newer-version: x'!",
  ])('takes no other failure for one: %s', (message) => {
    expect(codeOf(readEngineError(new Error(message)))).toBe('engine-error');
  });

  it("speaks of no limit beside Athena where the SQL is DuckDB's own", () => {
    const error = readEngineError(new Error('Out of Range Error: VARPOP is out of range!'), {
      isTranslated: false,
    });
    expect(error).toMatchObject({ reason: 'VARPOP is out of range', advice: undefined });
    expect(codeOf(error)).toBe('engine-error');
  });

  it('does not pass on the nearest table of any kind for one that is missing', () => {
    const message =
      '{"exception_type":"Catalog","exception_message":"Table with name orders does not exist!\\nDid you mean \\"pg_catalog.pg_indexes\\"?","name":"orders"}';
    expect(readEngineError(new Error(message))).toMatchObject({
      reason: 'Table with name orders does not exist',
      advice:
        "if it is a model, refer to it as {{ ref('orders') }} and build it first; if it comes from elsewhere, check its name and schema",
    });
  });

  it('keeps what it does not understand', () => {
    expect(readEngineError('odd').reason).toBe('odd');
  });
});

describe('locateOffset', () => {
  it('counts bytes, and returns UTF-16 columns', () => {
    expect(locateOffset("select 'é🙂',\n  nope", 19)).toEqual({ line: 2, column: 3 });
  });

  it('knows no place behind the end', () => {
    expect(locateOffset('select 1', 80)).toBeUndefined();
  });
});

describe('namesCulprit', () => {
  const error = { type: 'Catalog', reason: '', advice: undefined, name: 'nope' };

  it.each([
    ['select nope from t', 7, true],
    ['select 1 from "lake"."nope"', 14, true],
    ['select 1 from view_of_other', 14, false],
  ])('%s at %i', (statement, offset, expected) => {
    expect(namesCulprit(statement, { ...error, offset })).toBe(expected);
  });
});

describe('isDiskFull', () => {
  it.each([
    'Could not write file "/w/warehouse.duckdb": No space left on device',
    "failed to offload data block of size 256.0 KiB (1.9 MiB/2.0 MiB used). This limit was set by the 'max_temp_directory_size' setting",
    'Could not truncate file: Disk quota exceeded',
  ])('knows %s', (reason) => {
    const error = { type: 'IO', reason, advice: undefined, offset: undefined, name: undefined };
    expect(isDiskFull(error)).toBe(true);
  });

  it('is not any other trouble with files', () => {
    expect(isDiskFull(readEngineError(new Error('IO Error: Permission denied')))).toBe(false);
  });
});
