"""Tables of one's own: how a file or a DataFrame becomes `Interactions`.

===================  ==================================================================
``table``            `read_table`, from the arguments to the `Interactions`
``text_layout``      a text file's packing, encoding, separator and header
``text_check``       a quick look at every byte: are all rows alike, are ids numbers?
``text_reader``      reads columns of text, some rows at a time
``text_table``       a text file's columns; in an error, the line that is to blame
``frame_table``      a DataFrame's columns
``raw_columns``      what both hand over
``ids``, ``cells``,  from ids to codes, from text to numbers, from times to seconds
``times``
``repeats``          pairs that occur more than once
===================  ==================================================================
"""
