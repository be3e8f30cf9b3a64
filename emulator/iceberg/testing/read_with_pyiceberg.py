"""Prints what PyIceberg reads of a table, as JSON: read_with_pyiceberg.py <folder of buckets> <metadata address> <filter>..."""

import json
import sys

from pyarrow.fs import LocalFileSystem, SubTreeFileSystem
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import StaticTable


class FolderFileIO(PyArrowFileIO):
    """Takes s3://bucket/key for the file <folder>/bucket/key."""

    def _initialize_fs(self, scheme, netloc=None):
        return SubTreeFileSystem(self.properties["folder"], LocalFileSystem())


folder, metadata, *filters = sys.argv[1:]
properties = {"py-io-impl": f"{__name__}.FolderFileIO", "folder": folder}
table = StaticTable.from_metadata(metadata, properties)


def scan(*condition):
    found = table.scan(*condition)
    return {"rows": found.to_arrow().to_pylist(), "planned": len(list(found.plan_files()))}


print(
    json.dumps(
        {
            **scan(),
            "filtered": [scan(condition) for condition in filters],
            "schema": [[field.field_id, field.name, str(field.field_type)] for field in table.schema().fields],
            "spec": [[field.name, str(field.transform)] for field in table.spec().fields],
            "files": table.inspect.files().num_rows,
            "snapshots": [snapshot.summary.operation.value for snapshot in table.snapshots()],
        },
        default=str,
    )
)
