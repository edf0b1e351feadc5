"""Records: what scrapers gave us, read into one canonical frame."""

from virality.records.ages import age_in_words, age_of
from virality.records.canonical import CANONICAL
from virality.records.databases import Database
from virality.records.inputs import Sources, files_of, parquet_files
from virality.records.reading import Reading, commonest, read, read_records
from virality.records.separate import each_alone
from virality.records.single import to_records
from virality.records.snapshots import MATURE, first_mature
from virality.records.stated import column_of, flag_in, number_in

__all__ = [
    "CANONICAL",
    "MATURE",
    "Database",
    "Reading",
    "Sources",
    "age_in_words",
    "age_of",
    "column_of",
    "commonest",
    "each_alone",
    "files_of",
    "first_mature",
    "flag_in",
    "number_in",
    "parquet_files",
    "read",
    "read_records",
    "to_records",
]
