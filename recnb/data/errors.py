"""The errors of the data room: each one says what to do next."""


class DataError(Exception):
    """Something is wrong with a dataset; the message says what to do."""


class UnknownDatasetError(DataError, ValueError):
    """No dataset of this name is in the catalogue."""


class DatasetUnavailableError(DataError):
    """The dataset is in none of the three places: named folder, cache, download."""


class CorruptDatasetError(DataError):
    """A file was found, but it is truncated, malformed or not the file expected."""
