import { describe, expect, it } from 'vitest';
import { modelNode } from '../../../core/testing/nodes.js';
import { describeExternalFile } from './external-file.js';

const orders = modelNode('orders');

function describeFile(config: object, extra: object = {}) {
  const merged = { ...orders.config, ...config, extra: { ...orders.config.extra, ...extra } };
  return describeExternalFile({ ...orders, config: merged }, 'out');
}

describe('the file of an external model', () => {
  it.each([
    [
      {},
      {},
      {
        location: 'out/orders.parquet',
        writeOptions: 'format parquet, use_tmp_file true',
        source: "read_parquet('out/orders.parquet', union_by_name=false)",
        keepsColumns: true,
      },
    ],
    [
      { format: 'csv' },
      { delimiter: '|', csv_read_options: { all_varchar: true, nullstr: 'x' } },
      {
        location: 'out/orders.csv',
        writeOptions: "format csv, delimiter '|', header 1, use_tmp_file true",
        source: "read_csv('out/orders.csv', all_varchar=true, nullstr='x')",
        keepsColumns: false,
      },
    ],
    [
      {},
      { options: { partition_by: 'a, b', overwrite_or_ignore: true } },
      {
        location: 'out/orders',
        writeOptions: 'partition_by (a, b), overwrite_or_ignore true, format parquet',
        source: "read_parquet('out/orders/*/*/*.parquet', union_by_name=false)",
        keepsColumns: false,
      },
    ],
    [
      { location: 's3://bucket/o.json' },
      {},
      {
        location: 's3://bucket/o.json',
        writeOptions: 'format json',
        source: "read_json('s3://bucket/o.json', auto_detect=true)",
        keepsColumns: false,
      },
    ],
  ])('with %j and %j', (config, extra, expected) => {
    expect(describeFile(config, extra)).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    [{ format: 'avro' }, {}],
    [{}, { options: 'x' }],
    [{}, { options: { 'a b': 1 } }],
    [{}, { options: { overwrite: true } }],
  ])('is refused with %j and %j', (config, extra) => {
    const { diagnostics } = describeFile(config, extra);
    expect(diagnostics).toMatchObject([{ code: 'materialization-invalid', location: {} }]);
  });
});
