"""PyAthena and awswrangler do their ordinary work on the local Athena.

Reads the endpoint from AWS_ENDPOINT_URL, as the clients do, and the bucket from the first argument. Prints one JSON
object: for each check null, or the traceback of what went wrong.
"""

import io
import json
import sys
import traceback

import awswrangler as wr
import boto3
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyathena import connect
from pyathena.error import OperationalError
from pyathena.pandas.cursor import PandasCursor

BUCKET = sys.argv[1]
RESULTS = f"s3://{BUCKET}/results/"
checks = {}


def check(function):
    checks[function.__name__] = function
    return function


def cursor(kind=None, **options):
    connection = connect(s3_staging_dir=RESULTS, schema_name="shop", poll_interval=0.05, **options)
    return connection.cursor(kind) if kind else connection.cursor()


def put(key, body):
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)


def equal(found, expected):
    assert found == expected, f"expected {expected!r}, found {found!r}"


@check
def pyathena_creates_a_database():
    cursor().execute("CREATE DATABASE IF NOT EXISTS shop")
    equal("shop" in [row[0] for row in cursor().execute("SHOW DATABASES")], True)


@check
def pyathena_reads_json():
    lines = ['{"id": 1, "name": "a", "tags": ["x", "y"]}', '{"id": 2, "name": null, "tags": []}']
    put("landing/orders/1.json", "\n".join(lines))
    cursor().execute(
        f"""
        CREATE EXTERNAL TABLE IF NOT EXISTS shop.orders (id int, name string, tags array<string>)
        ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
        LOCATION 's3://{BUCKET}/landing/orders/'
        """
    )
    found = cursor().execute("SELECT id, name, cardinality(tags) AS tags FROM orders ORDER BY id")
    equal([column[0] for column in found.description], ["id", "name", "tags"])
    equal(found.fetchall(), [(1, "a", 2), (2, None, 0)])


@check
def pyathena_reads_parquet():
    table = pa.table({"id": pa.array([1, 2, 3], pa.int64()), "price": [1.5, None, 3.25]})
    file = io.BytesIO()
    pq.write_table(table, file)
    put("landing/prices/1.parquet", file.getvalue())
    cursor().execute(
        f"CREATE EXTERNAL TABLE IF NOT EXISTS shop.prices (id bigint, price double) "
        f"STORED AS PARQUET LOCATION 's3://{BUCKET}/landing/prices/'"
    )
    found = cursor().execute("SELECT sum(id), sum(price), count(price) FROM prices").fetchone()
    equal(found, (6, 4.75, 2))


@check
def pyathena_writes():
    made = cursor().execute(
        f"CREATE TABLE shop.copies WITH (format = 'PARQUET', external_location = "
        f"'s3://{BUCKET}/copies/') AS SELECT id, price FROM shop.prices"
    )
    equal(made.state, "SUCCEEDED")
    added = cursor().execute("INSERT INTO shop.copies VALUES (4, 4.0), (5, 5.0)")
    equal(added.rowcount, 2)
    equal(cursor().execute("SELECT count(*) FROM copies").fetchone(), (5,))
    cursor().execute("DROP TABLE shop.copies")


@check
def pyathena_pages():
    found = cursor().execute("SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n")
    found.arraysize = 700
    first = found.fetchmany(5)
    rest = found.fetchall()
    equal([row[0] for row in first + rest], list(range(1, 2501)))


@check
def pyathena_passes_parameters():
    named = cursor().execute("SELECT id FROM orders WHERE name = %(name)s", {"name": "a"})
    equal(named.fetchall(), [(1,)])
    marked = cursor().execute(
        "SELECT id FROM orders WHERE id = ? AND name = ?", ["1", "'a'"], paramstyle="qmark"
    )
    equal(marked.fetchall(), [(1,)])


@check
def pyathena_prepares_statements():
    one = cursor()
    one.execute("PREPARE by_name FROM SELECT id FROM orders WHERE name = ?")
    equal(one.execute("EXECUTE by_name USING 'a'").fetchall(), [(1,)])
    equal(one.execute("EXECUTE by_name", ["a"], paramstyle="qmark").fetchall(), [(1,)])
    one.execute("DEALLOCATE PREPARE by_name")


@check
def pyathena_gives_pandas():
    frame = cursor(PandasCursor).execute("SELECT id, name FROM orders ORDER BY id").as_pandas()
    equal(frame["id"].tolist(), [1, 2])
    equal(frame["name"].isna().tolist(), [False, True])


@check
def pyathena_tells_of_failures():
    try:
        cursor().execute("SELECT * FROM shop.nowhere")
    except OperationalError as error:
        assert "TABLE_NOT_FOUND" in str(error), error
    else:
        raise AssertionError("the query did not fail")


@check
def pyathena_reads_metadata():
    found = cursor().get_table_metadata("orders", schema_name="shop")
    equal([column.name for column in found.columns], ["id", "name", "tags"])


@check
def wrangler_writes_datasets():
    frame = pd.DataFrame({"id": [1, 2, 3], "name": ["a", None, "c"], "day": ["d1", "d1", "d2"]})
    where = dict(
        path=f"s3://{BUCKET}/sales/", dataset=True, database="shop", table="sales",
        partition_cols=["day"],
    )
    wr.s3.to_parquet(frame, mode="overwrite", **where)
    wr.s3.to_parquet(frame.assign(day="d3"), mode="append", **where)
    wr.s3.to_parquet(frame.head(1).assign(day="d3"), mode="overwrite_partitions", **where)
    equal(wr.s3.read_parquet(f"s3://{BUCKET}/sales/", dataset=True).shape[0], 4)
    counts = wr.athena.read_sql_query(
        "SELECT day, count(*) AS n FROM sales GROUP BY day ORDER BY day", database="shop",
        ctas_approach=False, s3_output=RESULTS,
    )
    equal(counts["n"].tolist(), [2, 1, 1])


def sales(**options):
    return wr.athena.read_sql_query(
        "SELECT id, name, day FROM sales ORDER BY id, day", database="shop", s3_output=RESULTS,
        **options,
    )


@check
def wrangler_reads_by_csv():
    equal(sales(ctas_approach=False)["id"].tolist(), [1, 1, 2, 3])


@check
def wrangler_prepares_statements():
    where = "SELECT id FROM sales WHERE id > ? ORDER BY id"
    options = {"database": "shop", "s3_output": RESULTS, "ctas_approach": False}
    marked = wr.athena.read_sql_query(where, params=["1"], paramstyle="qmark", **options)
    equal(marked["id"].tolist(), [2, 3])
    wr.athena.create_prepared_statement(where, "after")
    equal([each["StatementName"] for each in wr.athena.list_prepared_statements()], ["after"])
    executed = wr.athena.read_sql_query("EXECUTE after USING 2", **options)
    equal(executed["id"].tolist(), [3])
    wr.athena.delete_prepared_statement("after")


@check
def wrangler_reads_by_ctas():
    equal(sorted(sales(ctas_approach=True)["id"].tolist()), [1, 1, 2, 3])
    leftovers = [table["Name"] for table in wr.catalog.get_tables(database="shop")]
    equal([name for name in leftovers if name.startswith("temp_table")], [])


@check
def wrangler_reads_by_unload():
    frame = wr.athena.read_sql_query(
        "SELECT id, day FROM sales", database="shop", ctas_approach=False, unload_approach=True,
        s3_output=f"s3://{BUCKET}/unloaded/",
    )
    equal(sorted(frame["id"].tolist()), [1, 1, 2, 3])


@check
def wrangler_reads_in_chunks():
    chunks = list(sales(ctas_approach=False, chunksize=3))
    equal([len(chunk) for chunk in chunks], [3, 1])


@check
def wrangler_reads_the_catalog():
    equal("shop" in wr.catalog.databases()["Database"].tolist(), True)
    equal(wr.catalog.does_table_exist("shop", "sales"), True)
    types = {"id": "bigint", "name": "string", "day": "string"}
    equal(wr.catalog.get_table_types(database="shop", table="sales"), types)
    equal(wr.catalog.get_table_location("shop", "sales"), f"s3://{BUCKET}/sales/")
    partitions = wr.catalog.get_partitions(database="shop", table="sales")
    equal(sorted(values[0] for values in partitions.values()), ["d1", "d2", "d3"])


@check
def wrangler_describes():
    text = wr.athena.show_create_table("sales", database="shop", s3_output=RESULTS)
    assert "sales" in text and "PARTITIONED BY" in text, text


@check
def wrangler_repairs():
    equal(wr.athena.repair_table("sales", database="shop", s3_output=RESULTS), "SUCCEEDED")


@check
def wrangler_writes_iceberg():
    frame = pd.DataFrame({"id": [1, 2], "name": ["a", "b"]})
    where = dict(
        database="shop", table="ice", table_location=f"s3://{BUCKET}/ice/",
        temp_path=f"s3://{BUCKET}/ice_temp/", keep_files=False, s3_output=RESULTS,
    )
    wr.athena.to_iceberg(frame, **where)
    wr.athena.to_iceberg(frame.assign(name="z"), merge_cols=["id"], **where)
    found = wr.athena.read_sql_query(
        "SELECT name FROM ice", database="shop", ctas_approach=False, s3_output=RESULTS
    )
    equal(found["name"].tolist(), ["z", "z"])


@check
def wrangler_deletes():
    equal(wr.catalog.delete_table_if_exists(database="shop", table="sales"), True)
    equal(wr.catalog.does_table_exist("shop", "sales"), False)


results = {}
for name, run in checks.items():
    try:
        run()
        results[name] = None
    except Exception:  # noqa: BLE001: every failure is told
        results[name] = traceback.format_exc()
print(json.dumps(results))
