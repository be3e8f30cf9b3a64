"""Ordinary calls of boto3 on the local AWS; run by boto3.test.ts with the endpoint as its argument."""

import io
import sys
import urllib.request

import boto3

settings = {
    "endpoint_url": sys.argv[1],
    "region_name": "us-east-1",
    "aws_access_key_id": "local",
    "aws_secret_access_key": "local",
}
s3 = boto3.client("s3", **settings)
glue = boto3.client("glue", **settings)
sts = boto3.client("sts", **settings)
lake_formation = boto3.client("lakeformation", **settings)

s3.create_bucket(Bucket="lake")
s3.put_object(Bucket="lake", Key="a b/ü+.txt", Body=b"hello", Metadata={"x": "y"})
assert s3.get_object(Bucket="lake", Key="a b/ü+.txt")["Body"].read() == b"hello"
assert s3.head_object(Bucket="lake", Key="a b/ü+.txt")["Metadata"] == {"x": "y"}

big = b"z" * (17 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(big), "lake", "big")
s3.copy({"Bucket": "lake", "Key": "big"}, "lake", "copy")
downloaded = io.BytesIO()
s3.download_fileobj("lake", "copy", downloaded)
assert downloaded.getvalue() == big

pages = s3.get_paginator("list_objects_v2").paginate(
    Bucket="lake", PaginationConfig={"PageSize": 1}
)
keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
assert keys == ["a b/ü+.txt", "big", "copy"], keys

url = s3.generate_presigned_url("get_object", Params={"Bucket": "lake", "Key": "a b/ü+.txt"})
assert urllib.request.urlopen(url).read() == b"hello"

try:
    s3.put_object(Bucket="lake", Key="big", Body=b"", IfNoneMatch="*")
    raise AssertionError("expected PreconditionFailed")
except s3.exceptions.ClientError as error:
    assert error.response["Error"]["Code"] == "PreconditionFailed"
try:
    s3.get_object(Bucket="lake", Key="absent")
    raise AssertionError("expected NoSuchKey")
except s3.exceptions.NoSuchKey:
    pass

deleted = boto3.resource("s3", **settings).Bucket("lake").objects.all().delete()
assert len(deleted[0]["Deleted"]) == 3

glue.create_database(DatabaseInput={"Name": "DB"})
glue.create_table(
    DatabaseName="db",
    TableInput={"Name": "T", "PartitionKeys": [{"Name": "day", "Type": "string"}]},
)
assert glue.get_table(DatabaseName="db", Name="t")["Table"]["VersionId"] == "0"
try:
    glue.get_table(DatabaseName="db", Name="absent")
    raise AssertionError("expected EntityNotFoundException")
except glue.exceptions.EntityNotFoundException:
    pass
try:
    glue.update_table(DatabaseName="db", TableInput={"Name": "t"}, VersionId="7")
    raise AssertionError("expected ConcurrentModificationException")
except glue.exceptions.ConcurrentModificationException:
    pass
errors = glue.batch_create_partition(
    DatabaseName="db", TableName="t", PartitionInputList=[{"Values": ["1"]}, {"Values": ["1"]}]
)["Errors"]
assert errors[0]["ErrorDetail"]["ErrorCode"] == "AlreadyExistsException"

assert sts.get_caller_identity()["Account"] == "123456789012"
lake_formation.create_lf_tag(TagKey="pii", TagValues=["yes"])
assert lake_formation.list_lf_tags()["LFTags"][0]["TagKey"] == "pii"
print("done")
