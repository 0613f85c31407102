"""The errors of the data room: each one says what to do next."""


class DataError(Exception):
    """Something is wrong with a dataset; the message says what to do."""


class UnknownDatasetError(DataError, ValueError):
    """No dataset of this name is in the catalogue."""


class DatasetUnavailableError(DataError):
    """The dataset is in none of the three places: named folder, cache, download.

    Parameters
    ----------
    message : str
        Why, and the ways to get it.
    notice : str
        Why, fit to be printed in a notebook: lines without any path of the machine but
        the one that the reader has set.
    """

    def __init__(self, message: str, notice: str = ""):
        super().__init__(message)
        self.notice = notice


class CorruptDatasetError(DataError):
    """A file was found, but it is truncated, malformed or not the file expected."""


class TableError(DataError, ValueError):
    """A table of somebody's own cannot be read as it was asked for."""


class TableNotFoundError(DataError, FileNotFoundError):
    """There is no file of this name."""
