import type { StorageDescriptor } from '@aws-sdk/client-glue';

/** Formats that CTAS takes. Source: Athena User Guide, create-table-as. */
export type TableFormat = 'PARQUET' | 'ORC' | 'AVRO' | 'JSON' | 'TEXTFILE' | 'ION';

/** Formats that DuckDB writes. */
export type WriteFormat = Extract<TableFormat, 'PARQUET' | 'JSON' | 'TEXTFILE'>;

type Library = Pick<StorageDescriptor, 'InputFormat' | 'OutputFormat'> & { readonly serde: string };

const hive = 'org.apache.hadoop.hive';
const text = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: `${hive}.ql.io.HiveIgnoreKeyTextOutputFormat`,
};

/** Hive's classes for `STORED AS` and for the formats of CTAS. */
export const storageFormats: Readonly<Record<string, Library>> = {
  PARQUET: {
    InputFormat: `${hive}.ql.io.parquet.MapredParquetInputFormat`,
    OutputFormat: `${hive}.ql.io.parquet.MapredParquetOutputFormat`,
    serde: `${hive}.ql.io.parquet.serde.ParquetHiveSerDe`,
  },
  JSON: { ...text, serde: 'org.apache.hive.hcatalog.data.JsonSerDe' },
  TEXTFILE: { ...text, serde: `${hive}.serde2.lazy.LazySimpleSerDe` },
  ORC: {
    InputFormat: `${hive}.ql.io.orc.OrcInputFormat`,
    OutputFormat: `${hive}.ql.io.orc.OrcOutputFormat`,
    serde: `${hive}.ql.io.orc.OrcSerde`,
  },
  AVRO: {
    InputFormat: `${hive}.ql.io.avro.AvroContainerInputFormat`,
    OutputFormat: `${hive}.ql.io.avro.AvroContainerOutputFormat`,
    serde: `${hive}.serde2.avro.AvroSerDe`,
  },
  RCFILE: {
    InputFormat: `${hive}.ql.io.RCFileInputFormat`,
    OutputFormat: `${hive}.ql.io.RCFileOutputFormat`,
    serde: `${hive}.serde2.columnar.LazyBinaryColumnarSerDe`,
  },
  SEQUENCEFILE: {
    InputFormat: 'org.apache.hadoop.mapred.SequenceFileInputFormat',
    OutputFormat: `${hive}.ql.io.HiveSequenceFileOutputFormat`,
    serde: `${hive}.serde2.lazy.LazySimpleSerDe`,
  },
  ION: {
    InputFormat: 'com.amazon.ionhiveserde.formats.IonInputFormat',
    OutputFormat: 'com.amazon.ionhiveserde.formats.IonOutputFormat',
    serde: 'com.amazon.ionhiveserde.IonHiveSerDe',
  },
};
